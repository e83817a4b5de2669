import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { blockNavigation } from './history';

/** Asks before unsaved changes are lost: on links, on Back and Forward, and when the tab is closed. */
export function UnsavedChanges({ when }: { when: boolean }) {
  return useUnsavedChanges(when).question;
}

interface UnsavedChangesGuard {
  /** Render it on the page, or in one `Modal.Stack` with the dialog that it asks about. */
  question: ReactNode;
  /** Closes something other than a page, such as a dialog: at once if nothing would be lost. */
  confirm: (close: () => void) => void;
}

/** `UnsavedChanges` for a dialog. */
export function useUnsavedChanges(when: boolean): UnsavedChangesGuard {
  const [leave, setLeave] = useState<() => void>();
  useEffect(() => {
    if (!when) return;
    const unblock = blockNavigation((proceed) => setLeave(() => proceed));
    const preventUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', preventUnload);
    return () => {
      unblock();
      window.removeEventListener('beforeunload', preventUnload);
    };
  }, [when]);
  const stay = () => setLeave(undefined);
  const question = (
    <Modal opened={leave !== undefined} onClose={stay} title="Leave without saving?" stackId="unsaved-changes">
      <Text>Your changes have not been saved. If you leave, they are lost.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={stay} data-autofocus>
          Stay
        </Button>
        <Button
          color="red.9"
          onClick={() => {
            stay();
            leave?.();
          }}
        >
          Leave
        </Button>
      </Group>
    </Modal>
  );
  return { question, confirm: (close) => (when ? setLeave(() => close) : close()) };
}
