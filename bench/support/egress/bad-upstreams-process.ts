import { createServer, type AddressInfo, type Socket } from 'node:net';
import { brotliCompressSync, constants, createGzip, gzipSync } from 'node:zlib';
import { once } from 'node:events';

/** Handles a request when its first bytes arrive. */
type Behavior = (socket: Socket) => void;

const MEBIBYTE = 1_048_576;
const DRIP_MS = 50;

const head = (type: string, more = ''): string => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${more}`;
const unending = (type: string): string => head(type, 'connection: close\r\n\r\n');

/** Writes the same chunk repeatedly, as fast as it is read. */
function pour(socket: Socket, first: string, chunk: Buffer): void {
  const more = (): void => {
    while (socket.writable && socket.write(chunk));
  };
  socket.on('drain', more);
  socket.write(first);
  more();
}

/** Writes one byte at a time, with pauses. */
function drip(socket: Socket, first: string, byte: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write(byte), DRIP_MS);
  socket.on('close', () => clearInterval(timer));
}

function sendComplete(socket: Socket, type: string, body: Buffer, coding = 'identity'): void {
  socket.write(head(type, `content-encoding: ${coding}\r\ncontent-length: ${body.length}\r\n\r\n`));
  socket.write(body);
}

/** Compresses `text` followed by many mebibytes of one letter. */
async function gzipped(text: string, mebibytes: number): Promise<Buffer> {
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  gzip.write(text);
  const letters = Buffer.alloc(MEBIBYTE, 'A');
  for (let n = 0; n < mebibytes; n++) if (!gzip.write(letters)) await once(gzip, 'drain');
  gzip.end();
  await once(gzip, 'end');
  return Buffer.concat(parts);
}

/** Valid JSON with a file of the maximum default size. */
const FILE = `"${'A'.repeat(10 * MEBIBYTE)}"`;
const files = Buffer.from(`{"openaiFileResponse":[{"name":"a","mime_type":"image/png","content":${FILE}}]}`);
const filesGzipped = gzipSync(files);
const bomb = await gzipped('{"notes":"', 512);
/** Small enough to be read completely before its expansion is noticed. */
const bombOfFiles = await gzipped('{"openaiFileResponse":[{"name":"a","mime_type":"image/png","content":"', 64);
const brotli = brotliCompressSync(Buffer.alloc(64 * MEBIBYTE, 'A'), {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
});
const letters = Buffer.alloc(64 * 1024, 'A');
const picture = Buffer.alloc(2 * MEBIBYTE, 'A');
/** A text that takes long to search for secrets. */
const encodedText = Buffer.from('%25%34%31'.repeat(28_000));

const BEHAVIORS: Record<string, Behavior> = {
  'answers well': (socket) => socket.write(head('application/json', 'content-length: 11\r\n\r\n{"notes":1}')),
  'never answers': () => undefined,
  'drips its head': (socket) => drip(socket, head('application/json', 'x-slow: '), 'a'),
  'drips its body': (socket) => drip(socket, head('application/json', 'content-length: 100000\r\n\r\n'), ' '),
  'endless head': (socket) => pour(socket, head('application/json'), Buffer.from('x-more: and more\r\n'.repeat(1000))),
  'a header of 1 MiB': (socket) => void socket.write(head('text/plain', `x-huge: ${'a'.repeat(MEBIBYTE)}\r\n\r\n`)),
  'endless text': (socket) => pour(socket, unending('text/plain'), letters),
  'endless file': (socket) => pour(socket, unending('image/png'), letters),
  'endless, with files': (socket) =>
    pour(socket, `${unending('application/json')}{"openaiFileResponse":[{"name":"a","content":"`, letters),
  'encoded text of 250 KB': (socket) => sendComplete(socket, 'text/plain', encodedText),
  'a file of 2 MB': (socket) => sendComplete(socket, 'image/png', picture),
  'a file of 10 MB': (socket) => sendComplete(socket, 'application/json', filesGzipped, 'gzip'),
  'gzip bomb': (socket) => sendComplete(socket, 'application/json', bomb, 'gzip'),
  'gzip bomb, with files': (socket) => sendComplete(socket, 'application/json', bombOfFiles, 'gzip'),
  'brotli bomb': (socket) => sendComplete(socket, 'text/plain', brotli, 'br'),
  'redirects to itself': (socket) => socket.write('HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'),
  'closes after the request': (socket) => socket.end(),
  'no TLS handshake': () => undefined,
  'no token': () => undefined,
};

async function listening(behavior: Behavior): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => behavior(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const ports: Record<string, number> = {};
for (const [kind, behavior] of Object.entries(BEHAVIORS)) ports[kind] = await listening(behavior);
process.send?.(ports);
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
