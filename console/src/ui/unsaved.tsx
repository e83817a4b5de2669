import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { AroundNavHandler } from 'wouter';

type Leave = () => void;

/** What stands between the page that is open and others: that of the page, and behind it that of a dialog over it, which asks first. */
const guards: { ask: (leave: Leave) => void; here: string }[] = [];

// Listeners of the window are called in the order in which they came: this one is there before the router's.
window.addEventListener('popstate', (event) => {
  const guard = guards.at(-1);
  if (!guard) return;
  // The address has changed already: it is put back before anybody reads it.
  event.stopImmediatePropagation();
  history.pushState(null, '', guard.here);
  guard.ask(() => history.back());
});

/** For the router: every way to another page of the console goes through the guard. */
export const aroundNav: AroundNavHandler = (navigate, to, options) => {
  const leave = () => navigate(to, options);
  const guard = guards.at(-1);
  if (guard) guard.ask(leave);
  else leave();
};

/** Leaves a page whose changes are saved, or given up on purpose. */
export function withoutAsking(leave: Leave): void {
  guards.length = 0;
  leave();
}

/** Asks before changes are lost: on links, on the browser's Back, and when the page is closed. */
export function Unsaved({ when }: { when: boolean }) {
  return useUnsaved(when).question;
}

interface Asking {
  /** Stands on the page, or in one `Modal.Stack` with the dialog that it asks about. */
  question: ReactNode;
  /** Leaves what is no page, such as a dialog: at once where nothing would be lost. */
  leaving: (leave: Leave) => void;
}

/** The same, of a dialog too. */
export function useUnsaved(when: boolean): Asking {
  const [leave, setLeave] = useState<Leave>();
  useEffect(() => {
    if (!when) return;
    const own = { ask: (next: Leave) => setLeave(() => () => withoutAsking(next)), here: location.href };
    guards.push(own);
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', stay);
    return () => {
      if (guards.includes(own)) guards.splice(guards.indexOf(own), 1);
      window.removeEventListener('beforeunload', stay);
    };
  }, [when]);
  const question = (
    <Modal
      opened={leave !== undefined}
      onClose={() => setLeave(undefined)}
      title="Leave without saving?"
      stackId="unsaved"
    >
      <Text>Your changes have not been saved. They are lost when you leave.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => setLeave(undefined)} data-autofocus>
          Stay
        </Button>
        <Button
          color="red.9"
          onClick={() => {
            setLeave(undefined);
            leave?.();
          }}
        >
          Leave
        </Button>
      </Group>
    </Modal>
  );
  const leaving = (next: Leave) => (when ? setLeave(() => next) : next());
  return { question, leaving };
}
