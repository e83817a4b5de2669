import { Redis } from 'ioredis';
import type { Logger } from '../common/index.js';

/** How long a command may take. Calls wait for it, so it is far shorter than what a client would notice. */
const COMMAND_TIMEOUT_MS = 250;

/** How often both connections are checked. */
const CHECK_INTERVAL_MS = 1000;

/** Failed checks in a row after which a connection is opened again: TCP may take minutes to notice that its peer is gone. */
const MAX_FAILED_CHECKS = 3;

/** How long to wait for Redis to close the connection. Without it, ioredis keeps the process alive if Redis is unreachable. */
const DISCONNECT_TIMEOUT_MS = 100;

export interface RedisListener {
  onMessage(text: string): void;
  /** Messages may have been missed. */
  onMissed(): void;
}

/**
 * The connections of a process to Redis: one for commands and one for messages.
 *
 * It is a circuit breaker: after a command has failed, Redis is not used until a check has succeeded. A Redis that is silent delays the commands
 * of one moment, not every call.
 */
export class RedisConnections {
  readonly commands: Redis;
  private readonly messages: Redis;
  private readonly timer: NodeJS.Timeout;
  private responds = false;
  private failedChecks = 0;
  /** Whether messages may have been missed since the last check of their connection that succeeded. */
  private mayHaveMissed = false;

  constructor(
    url: string,
    private readonly channel: string,
    private readonly listener: RedisListener,
    private readonly logger: Logger,
  ) {
    const options = {
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResubscribe: false,
    };
    this.commands = new Redis(url, options);
    this.messages = new Redis(url, options);
    for (const connection of [this.commands, this.messages]) {
      connection.on('error', (err: Error) => logger.warn({ err }, 'Redis is unreachable'));
      connection.on('ready', () => void this.check());
    }
    this.messages.on('message', (_: string, text: string) => listener.onMessage(text));
    this.messages.on('close', () => (this.mayHaveMissed = true));
    this.timer = setInterval(() => void this.check(), CHECK_INTERVAL_MS).unref();
  }

  /** Whether Redis responded to the latest command or check. */
  get isUp(): boolean {
    return this.responds;
  }

  publish(text: string): void {
    if (!this.responds) return;
    this.run(() => this.commands.publish(this.channel, text)).catch((err: unknown) => this.recordFailure(err));
  }

  /** Runs commands. @throws {Error} Redis does not respond in time */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      const expire = () => reject(new Error(`Redis did not respond within ${COMMAND_TIMEOUT_MS} ms`));
      // After a pause of the event loop, a response that has arrived is read first.
      timer = setTimeout(() => setImmediate(expire), COMMAND_TIMEOUT_MS);
    });
    try {
      return await Promise.race([running, timeout]);
    } finally {
      clearTimeout(timer);
      // A late failure has no reader. Also a timeout, if it fires in the same turn.
      for (const promise of [running, timeout]) promise.catch(() => undefined);
    }
  }

  /** Stops using Redis until a check has succeeded. */
  recordFailure(err: unknown): void {
    if (this.responds) this.logger.warn({ err }, 'Redis does not respond; working without it until it does');
    this.responds = false;
  }

  close(): void {
    clearInterval(this.timer);
    this.commands.disconnect();
    this.messages.disconnect();
  }

  private async check(): Promise<void> {
    try {
      await this.run(() => Promise.all([this.commands.ping(), this.checkMessages()]));
      this.failedChecks = 0;
      if (!this.responds) this.logger.info({ redis: 'up' }, 'Redis responds');
      this.responds = true;
    } catch (err) {
      this.recordFailure(err);
      this.mayHaveMissed = true;
      if (++this.failedChecks % MAX_FAILED_CHECKS === 0) this.reconnectSilent();
    }
  }

  /** Subscribes if necessary. Messages arrive from the time when Redis has responded. */
  private async checkMessages(): Promise<void> {
    if (!this.mayHaveMissed && this.responds) {
      await this.messages.ping();
      return;
    }
    await this.messages.subscribe(this.channel);
    this.mayHaveMissed = false;
    this.listener.onMissed();
  }

  private reconnectSilent(): void {
    for (const connection of [this.commands, this.messages]) {
      if (connection.status === 'ready') connection.disconnect(true);
    }
  }
}
