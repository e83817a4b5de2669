import { useQueryClient } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';

/** The page's script could not be loaded: the server is unreachable, or it was updated since the console was opened. */
export class PageLoadError extends Error {
  override readonly name = 'PageLoadError';
}

interface State {
  error?: unknown;
}

/** Replaces a page that failed to load or to render with a message and a way to try again. The navigation stays usable. */
export class PageErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <PageError error={error} retry={() => this.setState({ error: undefined })} />;
  }
}

function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  const queries = useQueryClient();
  if (error instanceof PageLoadError) {
    // The browser remembers a script that failed to load until the document is reloaded.
    return (
      <>
        <PageTitle title="This page could not be loaded" />
        <Failure error={error} retry={() => location.reload()} retryLabel="Reload">
          Check that the server is running. If it was updated while this page was open, reload to get the new version.
        </Failure>
      </>
    );
  }
  return (
    <>
      <PageTitle title="This page could not be shown" />
      <Failure
        error={error}
        retry={() => {
          // The failed page is unmounted: what it has read is read again.
          queries.removeQueries({ type: 'inactive' });
          retry();
        }}
      >
        The console failed to show what the server sent. If trying again does not help, report the message below.
      </Failure>
    </>
  );
}
