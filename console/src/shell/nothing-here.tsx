import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { PageTitle } from '../ui/page-title';

export function NothingHere() {
  return (
    <>
      <PageTitle title="There is no such page" />
      <Text>
        <Anchor component={Link} href="/">
          Go to the first page
        </Anchor>
      </Text>
    </>
  );
}
