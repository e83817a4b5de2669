import { Code, List } from '@mantine/core';

interface Entry {
  pointer?: string;
  message: string;
}

/** Errors and notices of the API, each with the JSON pointer that it is about, if any. */
export function FieldErrorList({ errors }: { errors: readonly Entry[] }) {
  if (errors.length === 0) return null;
  return (
    <List size="sm" my={4}>
      {errors.map(({ pointer, message }) => (
        <List.Item key={`${pointer ?? ''} ${message}`} style={{ overflowWrap: 'anywhere' }}>
          {pointer !== undefined && <Code>{pointer || '/'}</Code>} {message}
        </List.Item>
      ))}
    </List>
  );
}
