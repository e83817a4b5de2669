/** Maps values to coordinates. */
export interface Scales {
  x: (index: number) => number;
  y: (value: number) => number;
  /** The width of an interval. */
  band: number;
}

/** The ticks of a value axis: round numbers from 0 to at least `highest`. */
export function valueTicks(highest: number, count = 4, isInteger = true): number[] {
  const rough = Math.max(highest, isInteger ? 1 : 0.1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough - 1e-9) ?? 10 * power;
  const size = isInteger ? Math.max(1, Math.round(step)) : step;
  const steps = Math.max(1, Math.ceil(highest / size - 1e-9));
  return Array.from({ length: steps + 1 }, (_, index) => index * size);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 5, 10].map((each) => each * DAY),
];

const TIME = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DATE = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

/** The ticks of a time axis: round local times, at most `max`. */
export function timeTicks(since: number, until: number, max: number): { at: number; label: string }[] {
  const step = STEPS.find((each) => (until - since) / each <= max) ?? 10 * DAY;
  const zone = -new Date(since).getTimezoneOffset() * MINUTE;
  const ticks = [];
  for (let at = Math.ceil((since + zone) / step) * step - zone; at < until; at += step) {
    const isMidnight = (at + zone) % DAY === 0;
    ticks.push({ at, label: (isMidnight ? DATE : TIME).format(at) });
  }
  return ticks;
}

/** The name of an interval, short enough for a tooltip or a table row. */
export function intervalName(at: string, stepMinutes: number): string {
  const start = Date.parse(at);
  const day = DATE.format(start);
  if (stepMinutes >= 1440) return day;
  if (stepMinutes === 1) return `${day}, ${TIME.format(start)}`;
  return `${day}, ${TIME.format(start)} – ${TIME.format(start + stepMinutes * MINUTE)}`;
}
