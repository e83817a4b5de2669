import { createSocket, type Socket } from 'node:dgram';

export const A = 1;
export const CNAME = 5;
export const AAAA = 28;

export interface Answer {
  type: number;
  /** An address, or a name. */
  value: string;
  /** The name of the record, if it is not the requested name. */
  owner?: string;
}

/** Returns the records of a name by type and by the number of previous queries; no response if `undefined`. */
export type Zone = (type: number, times: number) => Answer[] | 'nxdomain' | undefined;

/** A DNS server over UDP (RFC 1035). */
export class NameServer {
  readonly queries: string[] = [];
  zones: Record<string, Zone> = {};

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, { port, address }) => {
      const reply = this.respond(query);
      if (reply) socket.send(reply, port, address);
    });
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new NameServer(socket);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }

  private respond(query: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let end = 12;
    for (let length = query[end] ?? 0; length > 0; length = query[end] ?? 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length));
      end += length + 1;
    }
    const name = labels.join('.').toLowerCase();
    const type = query.readUInt16BE(end + 1);
    const key = `${name} ${type}`;
    const times = this.queries.filter((each) => each === key).length;
    this.queries.push(key);
    const zone = this.zones[name] ?? (() => 'nxdomain' as const);
    const found = zone(type, times);
    if (found === undefined) return undefined;
    const answers = found === 'nxdomain' ? [] : found;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(found === 'nxdomain' ? 0x8183 : 0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    return Buffer.concat([
      head,
      query.subarray(12, end + 5),
      ...answers.map((each) => record(each.owner ?? name, each)),
    ]);
  }
}

function record(name: string, { type, value }: Answer): Buffer {
  const data = type === A ? Buffer.from(value.split('.').map(Number)) : type === AAAA ? ipv6(value) : encoded(value);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  // A time to live of 0: not cacheable.
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encoded(name), fixed, data]);
}

function encoded(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** Encodes an address that is written as eight groups. */
function ipv6(text: string): Buffer {
  return Buffer.from(
    text
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
}
