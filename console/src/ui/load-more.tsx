import { Button, Group, Text } from '@mantine/core';
import { Failure } from './failure';

interface LoadMoreProps {
  shown: number;
  pages: { hasNextPage: boolean; isFetchingNextPage: boolean; error: unknown; fetchNextPage: () => unknown };
}

/** Below a long list: how much of it is there, and the way to more. */
export function LoadMore({ shown, pages }: LoadMoreProps) {
  const more = () => void pages.fetchNextPage();
  return (
    <>
      {pages.error ? <Failure error={pages.error} retry={more} /> : null}
      <Group justify="space-between" mt="sm" mih={36}>
        <Text size="sm" c="dimmed" component="output">
          {pages.hasNextPage ? `${shown} shown, there are more.` : `${shown} in all.`}
        </Text>
        {pages.hasNextPage && (
          <Button variant="default" loading={pages.isFetchingNextPage} onClick={more}>
            Load more
          </Button>
        )}
      </Group>
    </>
  );
}
