import type { Schema } from '../../api/api';

export type Trace = Schema<'TraceDto'>;
export type TraceStep = Schema<'TraceStepDto'>;

/** Who takes part, from left to right. */
export const LANES = ["User's browser", 'Countersign', 'Provider'] as const;

const [BROWSER, COUNTERSIGN, PROVIDER] = [0, 1, 2];

/** One arrow. */
export interface Leg {
  /** Places in `LANES`. */
  from: number;
  to: number;
  text: string;
  isAnswer?: boolean;
}

/** How a step is drawn: its arrows, or a note at Countersign where it has none. */
export interface Picture {
  title: string;
  legs: Leg[];
}

type Shape = { title: string; from: number; to: number; isAnswered?: boolean } | { title: string };

const SHAPES: Record<TraceStep['name'], Shape> = {
  offered: { title: 'Link made for the user' },
  opened: { title: 'Link opened', from: BROWSER, to: COUNTERSIGN },
  authorization_request: { title: 'Sent to the provider', from: BROWSER, to: PROVIDER },
  callback: { title: 'Back from the provider', from: BROWSER, to: COUNTERSIGN },
  token_request: { title: 'Code exchanged for tokens', from: COUNTERSIGN, to: PROVIDER, isAnswered: true },
  refresh_request: { title: 'Token renewed', from: COUNTERSIGN, to: PROVIDER, isAnswered: true },
  key_check: { title: 'Key tried at the API', from: COUNTERSIGN, to: PROVIDER, isAnswered: true },
  verification: { title: 'Asked whose account it is', from: COUNTERSIGN, to: BROWSER },
  outcome: { title: 'Ended' },
};

/** Token requests that gave no token are named for what they tried. */
const TRIED: Partial<Record<TraceStep['name'], string>> = {
  token_request: 'Tokens asked for',
  refresh_request: 'Renewal asked for',
};

export function pictureOf(step: TraceStep): Picture {
  const shape = SHAPES[step.name];
  const isGranted = step.decision === 'tokens were granted';
  const title = (isGranted ? undefined : TRIED[step.name]) ?? shape.title;
  if (step.name === 'outcome') return { title: endOf(step), legs: [] };
  if (!('from' in shape)) return { title, legs: [] };
  const { from, to } = shape;
  const legs: Leg[] = [{ from, to, text: title }];
  if (shape.isAnswered) legs.push({ from: to, to: from, text: answerOf(step), isAnswer: true });
  return { title, legs };
}

/** `401`, or why there was no answer. */
export function answerOf({ received }: TraceStep): string {
  if (!received) return 'no answer';
  return 'failure' in received ? `no answer: ${received.failure.code}` : `answered ${received.status}`;
}

/** `failed: the provider refused …` is told by the verdict; here the first word will do. */
function endOf({ decision }: TraceStep): string {
  const [status] = decision?.split(':') ?? [];
  return status ? `Ended: ${status}` : SHAPES.outcome.title;
}

/** From whom to whom, in words. */
export function routeOf({ legs: [leg] }: Picture): string {
  return leg ? `${LANES[leg.from]} to ${LANES[leg.to]}` : (LANES[COUNTERSIGN] ?? '');
}

/** Since the first step, as people say it. */
export function offsetOf(at: string, first: string): string {
  return `+${durationOf(Date.parse(at) - Date.parse(first))}`;
}

export function durationOf(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ];
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? (['min', 60] as const);
  const smaller = { d: ['h', 3600], h: ['min', 60], min: ['s', 1] }[unit] as [string, number];
  const rest = Math.floor((seconds % size) / smaller[1]);
  return `${Math.floor(seconds / size)} ${unit}${rest > 0 ? ` ${rest} ${smaller[0]}` : ''}`;
}
