import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { SignInLinkDialog } from '../connections/sign-in-link-dialog';
import { hasSignIn, type Action } from '../queries/actions';
import { useAcceptTools, useReviewTools } from '../queries/mcp-servers';
import { Failure } from '../ui/failure';
import { FindingList } from '../ui/finding-list';
import { ToolComparison } from './tool-comparison';

/** Reviews the tools of an MCP server: models see those that are stored, until the builder accepts what the server lists. */
export function ToolsSection({ action }: { action: Action }) {
  const [user, setUser] = useState('');
  const review = useReviewTools(action);
  const accept = useAcceptTools(action);
  const refresh = () => {
    accept.reset();
    review.mutate(hasSignIn(action) ? user : undefined);
  };
  return (
    <section aria-labelledby="tools-title">
      <Title order={2} size="h3" id="tools-title" mb="sm">
        Tools of the server
      </Title>
      <Paper withBorder p="md">
        <Stack>
          <Text size="sm">
            Models see the tools that are stored. Refresh them to compare them with those that the server lists now.
          </Text>
          <FindingList
            label="Warnings"
            findings={action.warnings.map(({ message, pointer }) => ({
              key: `${pointer} ${message}`,
              severity: 'warning',
              content: message,
            }))}
          />
          <form
            onSubmit={(event) => {
              event.preventDefault();
              refresh();
            }}
          >
            <Group align="flex-end" gap="sm">
              {hasSignIn(action) && (
                <TextInput
                  label="User"
                  description="The user whose connection lists the tools"
                  required
                  maxLength={255}
                  autoComplete="off"
                  value={user}
                  onChange={(event) => {
                    review.reset();
                    setUser(event.currentTarget.value);
                  }}
                  flex={1}
                  maw={360}
                />
              )}
              <Button type="submit" variant="default" loading={review.isPending}>
                Refresh tools
              </Button>
            </Group>
          </form>
          {review.error && <Failure error={review.error} title="The tools could not be listed" />}
          {review.data?.up_to_date && (
            <Text size="sm" component="output">
              {accept.isSuccess ? 'The tools were stored.' : 'The server lists the tools that are stored.'}
            </Text>
          )}
          {review.data && review.data.tools.length > 0 && <ToolComparison tools={review.data.tools} />}
          {accept.error && <Failure error={accept.error} title="The tools were not stored" />}
          <AcceptButton review={review} accept={accept} />
        </Stack>
      </Paper>
      <SignInLinkDialog offer={review.data?.sign_in ?? undefined} user={user} onClose={review.reset} />
    </section>
  );
}

interface AcceptButtonProps {
  review: ReturnType<typeof useReviewTools>;
  accept: ReturnType<typeof useAcceptTools>;
}

/** Stores the tools that were reviewed, and reviews them again. */
function AcceptButton({ review, accept }: AcceptButtonProps) {
  const { data, variables: user } = review;
  if (!data || data.digest === null || data.up_to_date) return null;
  const { digest } = data;
  return (
    <Group>
      <Button
        loading={accept.isPending}
        onClick={() => accept.mutate({ digest, user }, { onSuccess: () => review.mutate(user) })}
      >
        Accept these tools
      </Button>
    </Group>
  );
}
