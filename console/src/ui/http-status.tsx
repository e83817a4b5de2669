import { StatusMark } from './status-mark';

/** The status code of an HTTP response. */
export function HttpStatus({ status }: { status: number }) {
  return (
    <StatusMark tone={status < 400 ? 'success' : 'error'} isStrong>
      Status {status}
    </StatusMark>
  );
}
