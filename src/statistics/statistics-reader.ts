import { Injectable } from '@nestjs/common';
import { Clock, InvalidRequestError, parseTime } from '../common/index.js';
import { Database } from '../database/index.js';
import { COUNTS, LATENCY_COLUMNS, zeroCounts, percentile, type Counts } from './counts.js';
import { MinuteStatistics } from './minute-statistics.entity.js';
import type { CountsDto, StatisticsDto, StatisticsQuery } from './statistics.dto.js';
import { RETENTION_DAYS, Statistics } from './statistics.js';

const DAY_MINUTES = 1440;

const MAX_POINTS = 1500;

/** Step sizes to choose from, in minutes. */
const STEPS = [1, 5, 15, 30, 60, 120, 240, 720, DAY_MINUTES];

/** Minutes since the epoch, from `since` to before `until`; both are multiples of `step`. */
interface Range {
  since: number;
  until: number;
  step: number;
}

/** Reads statistics as a time series. */
@Injectable()
export class StatisticsReader {
  constructor(
    private readonly database: Database,
    private readonly statistics: Statistics,
    private readonly clock: Clock,
  ) {}

  /** @throws {InvalidRequestError} the range is empty, too long, or has too many points */
  async read(tenantId: string, query: StatisticsQuery): Promise<StatisticsDto> {
    const range = this.range(query);
    // Includes what this process has counted since its last write.
    await this.statistics.write();
    const rows = await this.sums(tenantId, range, query.action_id);
    const points = [];
    const total = zeroCounts();
    for (let minute = range.since; minute < range.until; minute += range.step) {
      const counts = rows.get(minute) ?? zeroCounts();
      for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
      points.push({ at: timeOf(minute), ...view(counts) });
    }
    const { since, until, step } = range;
    return { since: timeOf(since), until: timeOf(until), step_minutes: step, points, total: view(total) };
  }

  private range(query: StatisticsQuery): Range {
    const now = Math.floor(this.clock.now().getTime() / 60_000) + 1;
    const until = query.until ? Math.ceil(parseTime(query.until).getTime() / 60_000) : now;
    const since = query.since ? Math.floor(parseTime(query.since).getTime() / 60_000) : until - DAY_MINUTES;
    if (since >= until) throw InvalidRequestError.at('/since', 'since must be before until');
    if (until - since > RETENTION_DAYS * DAY_MINUTES) {
      throw InvalidRequestError.at('/since', `since must be at most ${RETENTION_DAYS} days before until`);
    }
    const step = query.step_minutes ?? STEPS.find((each) => (until - since) / each <= 64) ?? DAY_MINUTES;
    if ((until - since) / step > MAX_POINTS) {
      throw InvalidRequestError.at(
        '/step_minutes',
        `the range has more than ${MAX_POINTS} points; increase step_minutes or shorten the range`,
      );
    }
    return { since: since - (since % step), until: Math.ceil(until / step) * step, step };
  }

  private sums(tenantId: string, { since, until, step }: Range, actionId?: string): Promise<Map<number, Counts>> {
    const bucket = 'row.minute - row.minute % :step';
    return this.database.read(async (manager) => {
      const builder = manager
        .createQueryBuilder(MinuteStatistics, 'row')
        .select(bucket, 'bucket')
        .where('row.tenantId = :tenantId AND row.minute >= :since AND row.minute < :until', { tenantId, since, until })
        .setParameter('step', step)
        .groupBy('bucket');
      for (const name of [...COUNTS, ...LATENCY_COLUMNS]) builder.addSelect(`SUM(row.${name})`, name);
      if (actionId) builder.andWhere('row.actionId = :actionId', { actionId });
      const rows = await builder.getRawMany<Record<string, string | number>>();
      return new Map(rows.map(({ bucket: minute, ...counts }) => [Number(minute), numbers(counts)]));
    });
  }
}

/** MariaDB returns sums as text. */
function numbers(counts: Record<string, string | number>): Counts {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)]));
}

function timeOf(minute: number): string {
  return new Date(minute * 60_000).toISOString();
}

function view(counts: Counts): CountsDto {
  const count = (name: (typeof COUNTS)[number]) => counts[name] ?? 0;
  return {
    calls: {
      completed: count('completed'),
      upstream_errors: count('upstreamErrors'),
      failed: count('failed'),
      sign_in_required: count('signInRequired'),
      confirmation_required: count('confirmationRequired'),
    },
    latency: {
      p50_ms: percentile(counts, 0.5),
      p95_ms: percentile(counts, 0.95),
      p99_ms: percentile(counts, 0.99),
    },
    refreshes: { renewed: count('renewed'), failed: count('refreshFailed') },
    sign_ins: { connected: count('connected'), failed: count('signInFailed') },
  };
}
