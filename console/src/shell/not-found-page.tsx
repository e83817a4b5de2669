import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { PageTitle } from '../ui/page-title';

export function NotFoundPage() {
  return (
    <>
      <PageTitle title="Page not found" />
      <Text>
        <Anchor component={Link} href="/" underline="always">
          Go to the start page
        </Anchor>
      </Text>
    </>
  );
}
