import type { DataSource, QueryRunner } from 'typeorm';
import { Deadline } from './deadline.js';
import { failureOf, type Failure } from './failures.js';
import { WORK_TIMEOUT_MS, type SessionStatements } from './session.js';

/** The members used of a mysql2 connection, which TypeORM provides. */
interface Connection {
  readonly stream: { destroy(error: Error): void };
  destroy(): void;
  on(event: 'error', listener: () => void): void;
}

/** Work on one connection. */
export type UnitOfWork<T> = (runner: QueryRunner) => Promise<T>;

/** How long an idle connection has to answer after another one of the pool was lost. */
const CHECK_TIMEOUT_MS = 1000;

/**
 * Runs units of work, each on one connection of the pool and until a deadline: when it passes, the connection is closed, so that a database
 * that does not respond cannot keep it.
 *
 * Everything that this class does not run, such as migrations, has no limits.
 */
export class ConnectionPool {
  /** When the session of a connection was set up or checked, in counted failures. */
  readonly #checkedAt = new WeakMap<Connection, number>();
  #failures = 0;
  /** The number of the last failure after which idle connections have to be checked. */
  #lastLost = 0;
  /** The number of the last failure after which idle connections have to be replaced. */
  #lastUnusable = 0;

  constructor(
    private readonly source: DataSource,
    private readonly session: SessionStatements,
  ) {}

  /** @throws {DatabaseDeadlineError} there was no connection, or no response, by the deadline */
  async run<T>(deadline: Deadline, work: UnitOfWork<T>): Promise<T> {
    for (;;) {
      deadline.check();
      const runner = this.source.createQueryRunner();
      const connection = (await deadline.wait(runner.connect(), () => void runner.release())) as Connection;
      try {
        if (!(await this.#prepare(runner, connection, deadline))) continue;
        return await this.#until(deadline, connection, () => this.#withLimits(runner, connection, deadline, work));
      } finally {
        // A transaction that could not be rolled back.
        if (runner.isTransactionActive) connection.destroy();
        await runner.release();
      }
    }
  }

  /**
   * Sets up the session of a new connection. Checks a known one if others have failed since it was used.
   *
   * @returns `false` if the connection is of no use; it is closed
   */
  async #prepare(runner: QueryRunner, connection: Connection, deadline: Deadline): Promise<boolean> {
    const checkedAt = this.#checkedAt.get(connection);
    const failures = this.#failures;
    if (checkedAt === undefined) {
      // An `error` event without a listener would end the process. The statement in flight reports the error.
      connection.on('error', () => undefined);
      await this.#until(deadline, connection, () => this.#setUp(runner));
    } else if (checkedAt < this.#lastUnusable) {
      connection.destroy();
      return false;
    } else if (checkedAt < this.#lastLost && !(await this.#responds(runner, connection, deadline))) {
      return false;
    }
    this.#checkedAt.set(connection, failures);
    return true;
  }

  /** Tells whether a connection still responds. If it does not, no other one that is as old is expected to. */
  async #responds(runner: QueryRunner, connection: Connection, deadline: Deadline): Promise<boolean> {
    const limit = new Deadline(Math.min(CHECK_TIMEOUT_MS, deadline.remainingMs));
    try {
      await this.#until(limit, connection, () => this.#setUp(runner));
      return true;
    } catch {
      connection.destroy();
      this.#record('node');
      return false;
    }
  }

  #setUp(runner: QueryRunner): Promise<unknown> {
    return runner.query(this.session.setUp || 'DO 0');
  }

  /** Closes the connection when the deadline passes: the statement in flight fails, and so do all later ones. */
  async #until<T>(deadline: Deadline, connection: Connection, work: () => Promise<T>): Promise<T> {
    const cancel = deadline.onPassed(() => {
      this.#record('lost');
      connection.stream.destroy(deadline.error);
    });
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'lost' || failure === 'node') {
        connection.destroy();
        this.#record(failure);
      }
      throw error;
    } finally {
      cancel();
    }
  }

  /** Lets statements run for longer if the deadline allows it. */
  async #withLimits<T>(
    runner: QueryRunner,
    connection: Connection,
    { milliseconds }: Deadline,
    work: UnitOfWork<T>,
  ): Promise<T> {
    if (milliseconds <= WORK_TIMEOUT_MS || this.session.allowLong === '') return work(runner);
    await runner.query(this.session.allowLong);
    try {
      return await work(runner);
    } finally {
      await runner.query(this.session.setUp).catch(() => connection.destroy());
    }
  }

  #record(failure: Failure): void {
    this.#failures++;
    if (failure === 'node') this.#lastUnusable = this.#failures;
    else this.#lastLost = this.#failures;
  }
}
