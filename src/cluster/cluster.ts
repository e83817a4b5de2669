import { EventEmitter } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from '../common/index.js';

/** A kind of resource whose changes are published, so that replicas invalidate their caches. */
export type Topic = 'key' | 'tenant' | 'data-key' | 'gpt' | 'sign-in';

const CHANNEL = 'countersign:changed';

/** How long to wait for Redis to close the connection. Without it, ioredis keeps the process alive if Redis is unreachable. */
const DISCONNECT_TIMEOUT_MS = 100;

/**
 * Publishes changes to every replica: to this process at once, to the others through Redis if it is configured.
 *
 * Correctness does not depend on delivery. Caches expire within seconds (see `FreshCache`), and decisions that must be exact are made in the
 * database.
 */
export class Cluster {
  private readonly local = new EventEmitter().setMaxListeners(0);
  private publisher?: Redis;
  private subscriber?: Redis;

  constructor(private readonly logger: Logger) {}

  /** Connects to Redis and keeps trying while it is unreachable. */
  connect(url: string): void {
    this.publisher = new Redis(url, {
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    });
    this.subscriber = new Redis(url, { maxRetriesPerRequest: null, disconnectTimeout: DISCONNECT_TIMEOUT_MS });
    for (const connection of [this.publisher, this.subscriber]) {
      connection.on('error', (err: Error) => this.logger.warn({ err }, 'Redis is unreachable'));
    }
    this.subscriber.on('message', (_: string, text: string) => this.onMessage(text));
    this.subscriber.subscribe(CHANNEL).catch((err: unknown) => {
      this.logger.warn({ err }, 'cannot subscribe to Redis; changes on other replicas are seen a few seconds late');
    });
  }

  publish(topic: Topic, id: string): void {
    this.local.emit(topic, id);
    this.publisher?.publish(CHANNEL, `${topic} ${id}`).catch((err: unknown) => {
      this.logger.warn({ err, topic }, 'cannot publish to Redis; other replicas see a change a few seconds late');
    });
  }

  /** Calls `listener` with the id of each resource that changed. @returns a function that removes the listener */
  on(topic: Topic, listener: (id: string) => void): () => void {
    this.local.on(topic, listener);
    return () => this.local.off(topic, listener);
  }

  /** The connection for commands, undefined without Redis. Commands fail at once while Redis is unreachable. */
  get redis(): Redis | undefined {
    return this.publisher;
  }

  get usesRedis(): boolean {
    return this.publisher !== undefined;
  }

  /** @throws {Error} Redis is configured and unreachable */
  async ping(): Promise<void> {
    await this.publisher?.ping();
  }

  close(): void {
    this.publisher?.disconnect();
    this.subscriber?.disconnect();
  }

  private onMessage(text: string): void {
    const space = text.indexOf(' ');
    this.local.emit(text.slice(0, space), text.slice(space + 1));
  }
}
