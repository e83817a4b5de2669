import { Paper, Text } from '@mantine/core';
import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import type { TraceStep } from '../../queries/sign-ins';
import { StepDetails } from './step-details';
import {
  drawStep,
  formatDuration,
  formatOffset,
  PARTICIPANTS,
  responseOf,
  routeOf,
  type Arrow as ArrowProps,
} from './step-drawing';
import styles from './trace-diagram.module.css';

/**
 * A sequence diagram of the steps, oldest first. Screen readers and phones get a list of the same steps in words. The arrow keys move
 * between steps.
 */
export function TraceDiagram({ steps }: { steps: TraceStep[] }) {
  const [chosen, setChosen] = useState<number | null>();
  const list = useRef<HTMLOListElement>(null);
  const problem = steps.findLastIndex(({ diagnosis }) => diagnosis);
  // The step with the problem is open until another one is chosen.
  const open = chosen === undefined ? problem : chosen;
  const [focused, setFocused] = useState(Math.max(problem, 0));

  const move = (event: KeyboardEvent, from: number) => {
    const to = indexAfterKey(event.key, from, steps.length);
    if (to === undefined) return;
    event.preventDefault();
    setChosen(to);
    setFocused(to);
    list.current?.querySelectorAll<HTMLButtonElement>(':scope > li > button')[to]?.focus();
  };

  return (
    <Paper withBorder p={{ base: 'xs', sm: 'md' }} className={styles.diagram}>
      <div className={styles.participants} aria-hidden>
        {PARTICIPANTS.map((participant) => (
          <span key={participant} className={styles.participant}>
            {participant}
          </span>
        ))}
      </div>
      <ol className={styles.steps} aria-label="Steps" ref={list}>
        {steps.map((step, index) => (
          <li key={`${step.at} ${index}`}>
            <StepButton
              step={step}
              startedAt={steps[0]?.at ?? step.at}
              isOpen={index === open}
              isInTabOrder={index === Math.min(focused, steps.length - 1)}
              onChoose={() => {
                setChosen(index === open ? null : index);
                setFocused(index);
              }}
              onKeyDown={(event) => move(event, index)}
            />
            {index === open && (
              <Paper withBorder p="md" className={styles.details}>
                <StepDetails step={step} />
              </Paper>
            )}
          </li>
        ))}
      </ol>
      <Text size="xs" c="dimmed" mt="xs">
        Choose a step to see its request and response. The arrow keys move between steps. Secrets are redacted.
      </Text>
    </Paper>
  );
}

interface StepButtonProps {
  step: TraceStep;
  startedAt: string;
  isOpen: boolean;
  isInTabOrder: boolean;
  onChoose: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function StepButton({ step, startedAt, isOpen, isInTabOrder, onChoose, onKeyDown }: StepButtonProps) {
  const drawing = drawStep(step);
  const { title, arrows } = drawing;
  const hasProblem = step.diagnosis !== null;
  const hasResponse = arrows.length > 1;
  const duration = step.duration_ms === null ? '' : ` after ${formatDuration(step.duration_ms)}`;
  return (
    <button
      type="button"
      className={styles.step}
      aria-expanded={isOpen}
      tabIndex={isInTabOrder ? 0 : -1}
      onClick={onChoose}
      onKeyDown={onKeyDown}
    >
      <span className={styles.time}>{formatOffset(step.at, startedAt)}</span>
      <span className={styles.words}>
        <strong>{title}</strong>, {routeOf(drawing)}
        {hasResponse && `, ${responseOf(step)}`}
        {duration}
        {hasProblem && <span className={styles.problem}>, problem found</span>}
      </span>
      <span className={styles.arrows} aria-hidden>
        {arrows.length === 0 && (
          <span className={styles.note} data-problem={hasProblem || undefined}>
            {title}
            {hasProblem && <ProblemLabel />}
          </span>
        )}
        {arrows.map((arrow, index) => {
          const isLast = index === arrows.length - 1;
          const text = arrow.isResponse ? arrow.text + duration : arrow.text;
          return <Arrow key={arrow.text} {...arrow} text={text} hasProblem={hasProblem && isLast} />;
        })}
      </span>
    </button>
  );
}

function Arrow({ from, to, text, isResponse, hasProblem }: ArrowProps & { hasProblem: boolean }) {
  const place = { '--start': Math.min(from, to), '--span': Math.abs(to - from) } as CSSProperties;
  return (
    <span
      className={styles.arrow}
      style={place}
      data-towards={to > from ? 'right' : 'left'}
      data-response={isResponse || undefined}
      data-problem={hasProblem || undefined}
    >
      <span className={styles.label}>
        {text}
        {hasProblem && <ProblemLabel />}
      </span>
    </span>
  );
}

/** Problems are marked by a word, not only by colour. */
function ProblemLabel() {
  return <span className={styles.problem}> ⚠ problem</span>;
}

function indexAfterKey(key: string, from: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return Math.min(from + 1, count - 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return Math.max(from - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
