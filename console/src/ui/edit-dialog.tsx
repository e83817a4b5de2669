import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';
import { useUnsavedChanges } from '../navigation/unsaved-changes';

interface EditDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  size: string;
  /** A name for the dialog that no other has. */
  id: string;
  children: (dialog: { onUnsaved: (isUnsaved: boolean) => void; onCancel: () => void }) => ReactNode;
}

/** A form in a dialog. Closing it discards unsaved changes, so it asks first. */
export function EditDialog({ opened, onClose, title, size, id, children }: EditDialogProps) {
  const isPhone = useMediaQuery('(max-width: 48em)');
  const [isUnsaved, setUnsaved] = useState(false);
  const { question, confirm } = useUnsavedChanges(isUnsaved);
  const close = () => confirm(onClose);
  return (
    <Modal.Stack>
      <Modal
        opened={opened}
        onClose={close}
        title={title}
        size={size}
        fullScreen={isPhone}
        closeOnClickOutside={false}
        stackId={id}
        styles={{ title: { fontWeight: 650, overflowWrap: 'anywhere' } }}
      >
        {children({ onUnsaved: setUnsaved, onCancel: close })}
      </Modal>
      {question}
    </Modal.Stack>
  );
}
