import { Anchor, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { Link } from 'wouter';
import type { SignInOffer } from '../queries/calls';
import { CopyButton } from '../ui/copy-button';
import { RelativeTime } from '../ui/relative-time';

interface SignInLinkDialogProps {
  /** Undefined while the dialog is closed. */
  offer: SignInOffer | undefined;
  user: string;
  /** Must discard the link. */
  onClose: () => void;
}

/** Shows a sign-in link once. Whoever opens it can connect an account for the user. */
export function SignInLinkDialog({ offer, user, onClose }: SignInLinkDialogProps) {
  return (
    <Modal
      opened={offer !== undefined}
      onClose={onClose}
      title="Sign-in link"
      size="lg"
      // The link is discarded at once: a closing animation would show an empty dialog.
      transitionProps={{ duration: 0 }}
    >
      {offer && (
        <Stack>
          <Text size="sm">
            Send this link to <strong>{user}</strong> only: whoever opens it can connect their own account at{' '}
            <strong>{offer.domain}</strong> for this user. It expires <RelativeTime at={offer.expires_at} />, works
            once, and is not shown again.
          </Text>
          <Textarea
            label="Link"
            value={offer.url}
            readOnly
            autosize
            spellCheck={false}
            onFocus={(event) => event.currentTarget.select()}
            classNames={{ input: 'mono' }}
          />
          <Text size="sm">
            <Anchor component={Link} href={`/sign-ins/${offer.id}`} inherit underline="always">
              Follow the sign-in step by step
            </Anchor>
          </Text>
          <Group justify="flex-end">
            <CopyButton text={offer.url} name="link" data-autofocus />
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
