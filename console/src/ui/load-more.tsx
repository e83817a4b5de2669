import { Button, Group, Text } from '@mantine/core';
import { Failure } from './failure';

interface LoadMoreProps {
  shown: number;
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage: () => unknown;
  };
}

/** Below a paginated list: how many items are shown, and a button that loads the next page. */
export function LoadMore({ shown, query }: LoadMoreProps) {
  const more = () => void query.fetchNextPage();
  return (
    <>
      {query.isFetchNextPageError && <Failure error={query.error} retry={more} />}
      <Group justify="space-between" mt="sm" mih={36}>
        <Text size="sm" c="dimmed" component="output">
          {query.hasNextPage ? `Showing the first ${shown}` : `${shown} in total`}
        </Text>
        {query.hasNextPage && (
          <Button variant="default" loading={query.isFetchingNextPage} onClick={more}>
            Load more
          </Button>
        )}
      </Group>
    </>
  );
}
