/** Reads the data of the events of a stream (HTML, section 9.2.6) piece by piece. */
export class EventStreamReader {
  private readonly decoder = new TextDecoder();
  private line = '';
  private data: string[] = [];
  private endsWithReturn = false;

  /** @param maxCharacters how much of a line is kept, about, if only the beginnings of lines are needed */
  constructor(private readonly maxCharacters = Infinity) {}

  /** Returns the data of the events that end in a piece. */
  read(bytes: Uint8Array): string[] {
    return this.lines(this.decoder.decode(bytes, { stream: true })).flatMap((line) => this.event(line));
  }

  /** Returns the data of the last event if the stream ends without an empty line. Servers forget it, and the data is complete if it is JSON. */
  end(): string[] {
    return [...this.lines(`${this.decoder.decode()}\n`), ''].flatMap((line) => this.event(line));
  }

  /** Lines end with CR LF, LF or CR. */
  private lines(text: string): string[] {
    const rest = this.endsWithReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.endsWithReturn = text.endsWith('\r');
    const [first = '', ...others] = rest.split(/\r\n|\n|\r/);
    const lines = [this.line.length < this.maxCharacters ? this.line + first : this.line, ...others];
    this.line = lines.pop() ?? '';
    return lines;
  }

  private event(line: string): string[] {
    if (line === '') {
      const { data } = this;
      this.data = [];
      return data.length === 0 ? [] : [data.join('\n')];
    }
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') this.data.push(value);
    return [];
  }
}
