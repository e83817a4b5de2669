/** A value axis: round ticks from 0 to the first that is not below `highest`. */
export function valueTicks(highest: number, about = 4, isWhole = true): number[] {
  const rough = Math.max(highest, isWhole ? 1 : 0.1) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough - 1e-9) ?? 10 * power;
  const size = isWhole ? Math.max(1, Math.round(step)) : step;
  const count = Math.max(1, Math.ceil(highest / size - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * size);
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

/** A time axis: ticks at round local times, as many as find room. */
export function timeTicks(since: number, until: number, most: number): { at: number; label: string }[] {
  const step = STEPS.find((each) => (until - since) / each <= most) ?? 10 * DAY;
  const zone = -new Date(since).getTimezoneOffset() * MINUTE;
  const ticks = [];
  for (let at = Math.ceil((since + zone) / step) * step - zone; at < until; at += step) {
    const isMidnight = (at + zone) % DAY === 0;
    ticks.push({ at, label: (isMidnight ? DATE : TIME).format(at) });
  }
  return ticks;
}

/** When an interval was, in words short enough for a tooltip and a row's head. */
export function intervalName(at: string, stepMinutes: number): string {
  const begin = Date.parse(at);
  const day = DATE.format(begin);
  if (stepMinutes >= 1440) return day;
  if (stepMinutes === 1) return `${day}, ${TIME.format(begin)}`;
  return `${day}, ${TIME.format(begin)} – ${TIME.format(begin + stepMinutes * MINUTE)}`;
}
