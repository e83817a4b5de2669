const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], cyan: [36, 39] } as const;

/** Applies a style if the output is a terminal. */
function paint(style: keyof typeof styles, text: string): string {
  const [on, off] = styles[style];
  return process.stdout.isTTY ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}

/** Prints the demo's steps, requests and responses. */
export const transcript = {
  step(number: number, title: string): void {
    console.log(`\n${paint('bold', `${number}. ${title}`)}`);
  },
  note(text: string): void {
    console.log(`   ${paint('dim', text)}`);
  },
  sent(method: string, path: string, body?: unknown): void {
    console.log(`   ${paint('cyan', '→')} ${method} ${path}${body === undefined ? '' : ` ${short(body)}`}`);
  },
  received(status: number, body: unknown): void {
    console.log(`   ${paint('green', '←')} ${status} ${short(body)}`);
  },
  upstream(line: string): void {
    console.log(`   ${paint('dim', '·')} ${line}`);
  },
  failed(step: string, message: string): void {
    console.error(`\n${paint('red', `The demo failed at "${step}"`)}: ${message}`);
  },
};

const MAX_CHARACTERS = 400;

function short(body: unknown): string {
  const text = JSON.stringify(body) ?? '';
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
