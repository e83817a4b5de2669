import { PassThrough } from 'node:stream';
import type { HttpReply } from '../../common/index.js';

/** Often enough for proxies and clients that close connections without traffic, and for our own idle timeout. */
const KEEP_ALIVE_MS = 15_000;

const LINE_FEED = 0x0a;

/** A response that is a stream of server-sent events (HTML standard, section 9.2), each with one message. */
export class EventStream {
  private readonly stream = new PassThrough();
  private readonly timer: NodeJS.Timeout;

  /** Begins the response. */
  constructor(reply: HttpReply) {
    this.timer = setInterval(() => this.stream.write(':\n\n'), KEEP_ALIVE_MS).unref();
    this.stream.once('close', () => clearInterval(this.timer));
    void reply
      .status(200)
      .header('content-type', 'text/event-stream')
      // Proxies such as nginx would buffer the events.
      .header('x-accel-buffering', 'no')
      .send(this.stream);
  }

  /** Sends a message. @param parts of its JSON text, which has no line feeds */
  send(parts: readonly (string | Buffer)[]): void {
    this.stream.write('event: message\ndata: ');
    for (const part of parts) this.stream.write(withoutLineFeeds(part));
    this.stream.write('\n\n');
  }

  end(): void {
    clearInterval(this.timer);
    this.stream.end();
  }
}

/** Outside of strings, whitespace in JSON means nothing; inside, line feeds are escaped. */
function withoutLineFeeds(part: string | Buffer): string | Buffer {
  if (typeof part === 'string') return part.includes('\n') ? part.replaceAll('\n', ' ') : part;
  return part.includes(LINE_FEED) ? part.toString().replaceAll('\n', ' ') : part;
}
