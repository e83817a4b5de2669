import { EventEmitter } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from '../common/index.js';

/** What has changed, so that other replicas drop what they remember of it. */
export type Topic = 'key' | 'tenant' | 'data-key' | 'gpt' | 'sign-in';

const CHANNEL = 'countersign:changed';

/** How long a connection waits for Redis to close its end too. ioredis also waits where there is none, with a timer that keeps the process. */
const DISCONNECT_MS = 100;

/**
 * Tells every replica that something changed: this one at once, the others through Redis where there is one.
 *
 * Nothing rests on an announcement arriving. Whatever is remembered is remembered for a few seconds at the most
 * (see `FreshCache`), and what must be exact is decided in the database.
 */
export class Cluster {
  private readonly local = new EventEmitter().setMaxListeners(0);
  private publisher?: Redis;
  private subscriber?: Redis;

  constructor(private readonly logger: Logger) {}

  /**
   * Starts listening on Redis, and goes on trying where it does not answer: without it caches are a little older, no more.
   */
  connect(url: string): void {
    this.publisher = new Redis(url, {
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      disconnectTimeout: DISCONNECT_MS,
    });
    this.subscriber = new Redis(url, { maxRetriesPerRequest: null, disconnectTimeout: DISCONNECT_MS });
    for (const connection of [this.publisher, this.subscriber]) {
      connection.on('error', (err: Error) => this.logger.warn({ err }, 'Redis does not answer'));
    }
    this.subscriber.on('message', (_: string, text: string) => this.heard(text));
    this.subscriber.subscribe(CHANNEL).catch((err: unknown) => {
      this.logger.warn({ err }, 'changes on other replicas will be noticed a few seconds late');
    });
  }

  announce(topic: Topic, id: string): void {
    this.local.emit(topic, id);
    this.publisher?.publish(CHANNEL, `${topic} ${id}`).catch((err: unknown) => {
      this.logger.warn({ err, topic }, 'other replicas will notice a change a few seconds late');
    });
  }

  /** @returns what stops the listening */
  on(topic: Topic, listener: (id: string) => void): () => void {
    this.local.on(topic, listener);
    return () => this.local.off(topic, listener);
  }

  /** The connection for commands, where there is one. While Redis does not answer they fail at once. */
  get redis(): Redis | undefined {
    return this.publisher;
  }

  get usesRedis(): boolean {
    return this.publisher !== undefined;
  }

  /** @throws where Redis is set and does not answer */
  async ping(): Promise<void> {
    await this.publisher?.ping();
  }

  close(): void {
    this.publisher?.disconnect();
    this.subscriber?.disconnect();
  }

  private heard(text: string): void {
    const space = text.indexOf(' ');
    this.local.emit(text.slice(0, space), text.slice(space + 1));
  }
}
