import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import type { Logger } from '../common/index.js';
import { RedisConnections } from './redis-connections.js';

/** A kind of resource whose changes are published, so that replicas invalidate their caches. */
export type Topic = 'connection' | 'key' | 'tenant' | 'data-key' | 'gpt' | 'sign-in' | 'mcp-token' | 'mcp-signal';

const CHANNEL = 'countersign:changed';

/** Emitted to this process only: any resource may have changed. */
const MISSED = 'missed';

/**
 * Publishes changes to every replica: to this process at once, to the others through Redis if it is configured.
 *
 * Correctness does not depend on delivery. Caches expire within seconds (see `FreshCache`), and decisions that must be exact are made in the
 * database.
 */
export class Cluster {
  private readonly local = new EventEmitter().setMaxListeners(0);
  private connections?: RedisConnections;

  constructor(private readonly logger: Logger) {}

  /** Connects to Redis and keeps trying while it is unreachable. */
  connect(url: string): void {
    const listener = {
      onMessage: (text: string) => this.onMessage(text),
      onMissed: () => void this.local.emit(MISSED),
    };
    this.connections = new RedisConnections(url, CHANNEL, listener, this.logger);
  }

  /** Without Redis, or while it does not respond, other replicas see the change a few seconds late. */
  publish(topic: Topic, id: string): void {
    this.local.emit(topic, id);
    this.connections?.publish(`${topic} ${id}`);
  }

  /** Calls `listener` with the id of each resource that changed. @returns a function that removes the listener */
  on(topic: Topic, listener: (id: string) => void): () => void {
    this.local.on(topic, listener);
    return () => this.local.off(topic, listener);
  }

  /** Calls `listener` when changes may have been missed, because the connection to Redis was lost. */
  onMissed(listener: () => void): void {
    this.local.on(MISSED, listener);
  }

  /** The connection for commands, undefined without Redis. Use it in {@link withRedis}. */
  get redis(): Redis | undefined {
    return this.connections?.commands;
  }

  get isRedisUp(): boolean {
    return this.connections?.isUp ?? false;
  }

  /**
   * Runs commands, unless Redis does not respond. After a failure Redis is not used until it has responded to a check.
   *
   * @returns `undefined` if the commands failed or were not run
   */
  async withRedis<T extends object>(work: () => Promise<T>): Promise<T | undefined> {
    const { connections } = this;
    if (!connections?.isUp) return undefined;
    try {
      return await connections.run(work);
    } catch (error) {
      connections.recordFailure(error);
      return undefined;
    }
  }

  close(): void {
    this.connections?.close();
  }

  private onMessage(text: string): void {
    const space = text.indexOf(' ');
    this.local.emit(text.slice(0, space), text.slice(space + 1));
  }
}
