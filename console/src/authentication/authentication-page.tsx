import { Anchor, Paper } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { PageTitle } from '../ui/page-title';
import { Unsaved } from '../ui/unsaved';
import { AuthenticationForm } from './authentication-form';

/** The form on a page of its own, so that there can be a link to it. */
export default function AuthenticationPage() {
  const { gptId = '', actionId = '' } = useParams();
  const [isUnsaved, setUnsaved] = useState(false);
  return (
    <>
      <PageTitle
        title="Authentication"
        text={
          <Anchor component={Link} href={`/gpts/${gptId}/actions/${actionId}`} size="sm">
            Back to the action
          </Anchor>
        }
      />
      <Paper withBorder p={{ base: 'md', sm: 'lg' }} maw={820}>
        <AuthenticationForm
          key={actionId}
          gptId={gptId}
          actionId={actionId}
          onUnsaved={setUnsaved}
          onSaved={() => notifications.show({ message: 'The authentication is saved.' })}
        />
      </Paper>
      <Unsaved when={isUnsaved} />
    </>
  );
}
