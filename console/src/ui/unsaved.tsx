import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { AroundNavHandler } from 'wouter';

type Leave = () => void;

/** What stands between the page that is open and others; there is one page at a time. */
let guard: { ask: (leave: Leave) => void; here: string } | undefined;

// Listeners of the window are called in the order in which they came: this one is there before the router's.
window.addEventListener('popstate', (event) => {
  if (!guard) return;
  // The address has changed already: it is put back before anybody reads it.
  event.stopImmediatePropagation();
  history.pushState(null, '', guard.here);
  guard.ask(() => history.back());
});

/** For the router: every way to another page of the console goes through the guard. */
export const aroundNav: AroundNavHandler = (navigate, to, options) => {
  const leave = () => navigate(to, options);
  if (guard) guard.ask(leave);
  else leave();
};

/** Leaves a page whose changes are saved, or given up on purpose. */
export function withoutAsking(leave: Leave): void {
  guard = undefined;
  leave();
}

/** Asks before changes are lost: on links, on the browser's Back, and when the page is closed. */
export function Unsaved({ when }: { when: boolean }) {
  const [leave, setLeave] = useState<Leave>();
  useEffect(() => {
    if (!when) return;
    const own = { ask: (next: Leave) => setLeave(() => next), here: location.href };
    guard = own;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', stay);
    return () => {
      if (guard === own) guard = undefined;
      window.removeEventListener('beforeunload', stay);
    };
  }, [when]);
  return (
    <Modal opened={leave !== undefined} onClose={() => setLeave(undefined)} title="Leave without saving?">
      <Text>Your changes have not been saved. They are lost when you leave.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => setLeave(undefined)} data-autofocus>
          Stay
        </Button>
        <Button
          color="red.9"
          onClick={() => {
            setLeave(undefined);
            if (leave) withoutAsking(leave);
          }}
        >
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
