import type { TraceStep } from '../../queries/sign-ins';

/** The participants, from left to right. */
export const PARTICIPANTS = ["User's browser", 'Countersign', 'Provider'] as const;

const [BROWSER, COUNTERSIGN, PROVIDER] = [0, 1, 2];

/** An arrow between two participants. */
export interface Arrow {
  /** Indexes of `PARTICIPANTS`. */
  from: number;
  to: number;
  text: string;
  isResponse?: boolean;
}

/** A step as it is drawn: its arrows, or a note at Countersign if it has none. */
export interface StepDrawing {
  title: string;
  arrows: Arrow[];
}

type Shape = { title: string; from: number; to: number; hasResponse?: boolean } | { title: string };

const SHAPES: Record<TraceStep['name'], Shape> = {
  offered: { title: 'Sign-in link created' },
  opened: { title: 'Link opened', from: BROWSER, to: COUNTERSIGN },
  authorization_request: { title: 'Authorization request', from: BROWSER, to: PROVIDER },
  callback: { title: 'Callback', from: BROWSER, to: COUNTERSIGN },
  token_request: { title: 'Token request', from: COUNTERSIGN, to: PROVIDER, hasResponse: true },
  refresh_request: { title: 'Refresh request', from: COUNTERSIGN, to: PROVIDER, hasResponse: true },
  key_check: { title: 'API key check', from: COUNTERSIGN, to: PROVIDER, hasResponse: true },
  verification: { title: 'User verification', from: COUNTERSIGN, to: BROWSER },
  outcome: { title: 'Ended' },
};

export function drawStep(step: TraceStep): StepDrawing {
  const shape = SHAPES[step.name];
  const { title } = shape;
  if (step.name === 'outcome') return { title: outcomeTitle(step), arrows: [] };
  if (!('from' in shape)) return { title, arrows: [] };
  const { from, to } = shape;
  const arrows: Arrow[] = [{ from, to, text: title }];
  if (shape.hasResponse) arrows.push({ from: to, to: from, text: responseOf(step), isResponse: true });
  return { title, arrows };
}

/** The status of the response, or why there was none. */
export function responseOf({ received }: TraceStep): string {
  if (!received) return 'no response';
  return 'failure' in received ? `no response: ${received.failure.code}` : `response ${received.status}`;
}

/** The first word of `failed: the provider rejected …`: the summary shows the rest. */
function outcomeTitle({ decision }: TraceStep): string {
  const [status] = decision?.split(':') ?? [];
  return status ? `Ended: ${status}` : SHAPES.outcome.title;
}

/** The sender and the receiver of a step, in words. */
export function routeOf({ arrows: [arrow] }: StepDrawing): string {
  return arrow ? `${PARTICIPANTS[arrow.from]} to ${PARTICIPANTS[arrow.to]}` : (PARTICIPANTS[COUNTERSIGN] ?? '');
}

/** The time since the first step, such as `+1.5 s`. */
export function formatOffset(at: string, first: string): string {
  return `+${formatDuration(Date.parse(at) - Date.parse(first))}`;
}

/** A duration in its largest unit, and from a minute on in the next smaller one as well. */
export function formatDuration(milliseconds: number): string {
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
