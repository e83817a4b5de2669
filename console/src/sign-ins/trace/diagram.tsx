import { Paper, Text } from '@mantine/core';
import { useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import styles from './diagram.module.css';
import { answerOf, durationOf, LANES, offsetOf, pictureOf, routeOf, type Leg, type TraceStep } from './picture';
import { StepDetail } from './step-detail';

/**
 * The steps between three lifelines, oldest first. For who does not see it, and on a phone, it is a list of the same steps in words; the
 * arrow keys go from step to step.
 */
export function Diagram({ steps }: { steps: TraceStep[] }) {
  const [chosen, setChosen] = useState<number | null>();
  const list = useRef<HTMLOListElement>(null);
  const first = steps.findLastIndex(({ diagnosis }) => diagnosis);
  // What went wrong is open until somebody opens something else.
  const open = chosen === undefined ? first : chosen;
  const [focused, setFocused] = useState(Math.max(first, 0));

  const move = (event: KeyboardEvent, from: number) => {
    const to = placeAfter(event.key, from, steps.length);
    if (to === undefined) return;
    event.preventDefault();
    setChosen(to);
    setFocused(to);
    list.current?.querySelectorAll<HTMLButtonElement>(':scope > li > button')[to]?.focus();
  };

  return (
    <Paper withBorder p={{ base: 'xs', sm: 'md' }} className={styles.diagram}>
      <div className={styles.lanes} aria-hidden>
        {LANES.map((lane) => (
          <span key={lane} className={styles.lane}>
            {lane}
          </span>
        ))}
      </div>
      <ol className={styles.steps} aria-label="Steps" ref={list}>
        {steps.map((step, index) => (
          <li key={`${step.at} ${index}`}>
            <StepButton
              step={step}
              first={steps[0]?.at ?? step.at}
              isOpen={index === open}
              isInTabOrder={index === Math.min(focused, steps.length - 1)}
              choose={() => {
                setChosen(index === open ? null : index);
                setFocused(index);
              }}
              move={(event) => move(event, index)}
            />
            {index === open && (
              <Paper withBorder p="md" className={styles.detail}>
                <StepDetail step={step} />
              </Paper>
            )}
          </li>
        ))}
      </ol>
      <Text size="xs" c="dimmed" mt="xs">
        Choose a step for what was sent and what came back; the arrow keys go from one to the next. Secrets are hidden.
      </Text>
    </Paper>
  );
}

interface StepButtonProps {
  step: TraceStep;
  first: string;
  isOpen: boolean;
  isInTabOrder: boolean;
  choose: () => void;
  move: (event: KeyboardEvent) => void;
}

function StepButton({ step, first, isOpen, isInTabOrder, choose, move }: StepButtonProps) {
  const picture = pictureOf(step);
  const isProblem = step.diagnosis !== null;
  const [, answer] = picture.legs;
  const took = step.duration_ms === null ? '' : durationOf(step.duration_ms);
  return (
    <button
      type="button"
      className={styles.step}
      aria-expanded={isOpen}
      tabIndex={isInTabOrder ? 0 : -1}
      onClick={choose}
      onKeyDown={move}
    >
      <span className={styles.time}>{offsetOf(step.at, first)}</span>
      <span className={styles.words}>
        <strong>{picture.title}</strong>, {routeOf(picture)}
        {answer && `, ${answerOf(step)}`}
        {took && ` after ${took}`}
        {isProblem && <span className={styles.problem}>, problem found</span>}
      </span>
      <span className={styles.legs} aria-hidden>
        {picture.legs.length === 0 && (
          <span className={styles.note} data-problem={isProblem || undefined}>
            {picture.title}
            {isProblem && <Problem />}
          </span>
        )}
        {picture.legs.map((leg, index) => {
          const isLast = index === picture.legs.length - 1;
          return <Arrow key={leg.text} leg={leg} isProblem={isProblem && isLast} took={leg.isAnswer ? took : ''} />;
        })}
      </span>
    </button>
  );
}

function Arrow({ leg: { from, to, text, isAnswer }, isProblem, took }: { leg: Leg; isProblem: boolean; took: string }) {
  const place = { '--start': Math.min(from, to), '--span': Math.abs(to - from) } as CSSProperties;
  return (
    <span
      className={styles.leg}
      style={place}
      data-towards={to > from ? 'right' : 'left'}
      data-answer={isAnswer || undefined}
      data-problem={isProblem || undefined}
    >
      <span className={styles.label}>
        {text}
        {took && ` after ${took}`}
        {isProblem && <Problem />}
      </span>
    </span>
  );
}

/** Beside the colour, a word. */
function Problem() {
  return <span className={styles.problem}> ⚠ problem</span>;
}

function placeAfter(key: string, from: number, count: number): number | undefined {
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
