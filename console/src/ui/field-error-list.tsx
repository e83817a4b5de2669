import { Code, List } from '@mantine/core';
import type { FieldError } from '../api/problem';

/** Errors and notices of the API, each with the JSON pointer that it is about. */
export function FieldErrorList({ errors }: { errors: readonly FieldError[] }) {
  if (errors.length === 0) return null;
  return (
    <List size="sm" my={4}>
      {errors.map(({ pointer, message }) => (
        <List.Item key={`${pointer} ${message}`} style={{ overflowWrap: 'anywhere' }}>
          <Code>{pointer || '/'}</Code> {message}
        </List.Item>
      ))}
    </List>
  );
}
