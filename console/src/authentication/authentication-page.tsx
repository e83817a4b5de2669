import { Paper } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'wouter';
import { UnsavedChanges } from '../navigation/unsaved-changes';
import { actionQueries } from '../queries/actions';
import { gptQueries } from '../queries/gpts';
import { Breadcrumbs } from '../ui/breadcrumbs';
import { PageTitle } from '../ui/page-title';
import { AuthenticationForm } from './authentication-form';

/** The authentication form on a page of its own, so that it can be linked to. */
export default function AuthenticationPage() {
  const { gptId = '', actionId = '' } = useParams();
  const gpt = useQuery(gptQueries.detail(gptId)).data;
  const action = useQuery(actionQueries.detail(gptId, actionId)).data;
  const [isUnsaved, setUnsaved] = useState(false);
  return (
    <>
      <Breadcrumbs
        links={[
          ['GPTs', '/gpts'],
          [gpt?.name ?? 'GPT', `/gpts/${gptId}`],
          [action?.title ?? 'Action', `/gpts/${gptId}/actions/${actionId}`],
        ]}
        current="Authentication"
      />
      <PageTitle title="Authentication" />
      <Paper withBorder p={{ base: 'md', sm: 'lg' }} maw={820}>
        <AuthenticationForm
          gptId={gptId}
          actionId={actionId}
          onUnsaved={setUnsaved}
          onSaved={() => notifications.show({ message: 'Authentication saved.' })}
        />
      </Paper>
      <UnsavedChanges when={isUnsaved} />
    </>
  );
}
