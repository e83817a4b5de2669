import { Alert, Text } from '@mantine/core';
import { messageOf, Problem } from '../api/problem';
import { Failure } from '../ui/failure';

/** Why a document was not taken, and what to do about it. What is wrong inside it stands at its lines already. */
export function ImportFailure({ error, isAtLines = false }: { error: unknown; isAtLines?: boolean }) {
  const code = error instanceof Problem ? error.code : '';
  if (code === 'duplicate_domain') {
    return (
      <Explained title="Another action has this domain" text={`${capital(messageOf(error))}.`}>
        Two actions of a GPT cannot share a domain, so that it is always clear which credentials go where. Change the
        server URL, or add these operations to the other action's document.
      </Explained>
    );
  }
  if (code === 'secrets_required') {
    return (
      <Explained title="The secrets have to be given again" text={`${capital(messageOf(error))}.`}>
        Nothing has been changed. Select None for the authentication, save the document, and then select the
        authentication again with its secrets. Its users will have to sign in again.
      </Explained>
    );
  }
  if (code === 'conflict') {
    return (
      <Explained title="Somebody else has changed this action" text={`${capital(messageOf(error))}.`}>
        Your text is still here. Copy it, then reload the page to see what has changed.
      </Explained>
    );
  }
  if (code === 'invalid_openapi' && isAtLines) {
    return <Explained title="The document cannot be used" text="What is in the way stands below the editor." />;
  }
  return <Failure error={error} />;
}

function Explained({ title, text, children }: { title: string; text: string; children?: string | string[] }) {
  return (
    <Alert color="red" title={title} role="alert" maw={720}>
      <Text size="sm">{text}</Text>
      {children && (
        <Text size="sm" mt={4}>
          {children}
        </Text>
      )}
    </Alert>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
