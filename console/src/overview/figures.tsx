import { Anchor, Paper, SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { callsOf, count, errorRate, time } from './numbers';
import { useGptCount, useReconnects, type Counts } from './queries';

/** What one sees first. */
export function Figures({ total }: { total: Counts }) {
  const { p95_ms: p95 } = total.latency;
  const gpts = useGptCount().data;
  const reconnects = useReconnects().data;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" component="dl" m={0} mb="md">
      <Figure name="Calls">{count(callsOf(total))}</Figure>
      <Figure name="Error rate">{errorRate(total)}</Figure>
      <Figure name="Latency, p95">{p95 === null ? '–' : time(p95)}</Figure>
      <Figure name="Sign-ins">{count(total.sign_ins.connected)}</Figure>
      <Figure name="GPTs" href="/gpts">
        {gpts === undefined ? '–' : count(gpts)}
      </Figure>
      <Figure name="To reconnect" href="/connections?status=reconnect_required">
        {reconnects ? counted(reconnects) : '–'}
      </Figure>
    </SimpleGrid>
  );
}

function counted({ count: known, isMore }: { count: number; isMore: boolean }): string {
  return isMore ? `more than ${count(known)}` : count(known);
}

function Figure({ name, href, children }: { name: string; href?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="sm">
      <Text component="dt" size="xs" c="dimmed">
        {href ? (
          <Anchor component={Link} href={href} size="xs" underline="always">
            {name}
          </Anchor>
        ) : (
          name
        )}
      </Text>
      <Text component="dd" m={0} size="xl" fw={650} style={{ fontVariantNumeric: 'tabular-nums', lineHeight: 1.3 }}>
        {children}
      </Text>
    </Paper>
  );
}
