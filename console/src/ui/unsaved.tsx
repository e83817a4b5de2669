import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { AroundNavHandler } from 'wouter';

type Leave = () => void;

/** What stands between the page that is open and others; there is one page at a time. */
let guard: ((leave: Leave) => void) | undefined;

/** For the router: every way to another page of the console goes through the guard. */
export const aroundNav: AroundNavHandler = (navigate, to, options) => {
  const leave = () => navigate(to, options);
  if (guard) guard(leave);
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
    const ask = (next: Leave) => setLeave(() => next);
    guard = ask;
    const here = location.href;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    const back = (event: PopStateEvent) => {
      if (guard !== ask) return;
      // The address has changed already: it is put back before anybody reads it.
      event.stopImmediatePropagation();
      history.pushState(null, '', here);
      ask(() => history.back());
    };
    window.addEventListener('beforeunload', stay);
    window.addEventListener('popstate', back, { capture: true });
    return () => {
      if (guard === ask) guard = undefined;
      window.removeEventListener('beforeunload', stay);
      window.removeEventListener('popstate', back, { capture: true });
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
