import { Anchor, Paper, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { connectionQueries, type BoundedCount } from '../queries/connections';
import { gptQueries } from '../queries/gpts';
import { LIVE, type Counts } from '../queries/statistics';
import { errorRate, formatCount, formatMilliseconds, totalCalls } from './format';

/** The key figures of the range, and the current numbers of GPTs and of users who must sign in again. */
export function Figures({ total }: { total: Counts }) {
  const { p95_ms: p95 } = total.latency;
  const gpts = useQuery({ ...gptQueries.list(), ...LIVE }).data;
  const reconnects = useQuery({ ...connectionQueries.count({ status: 'reconnect_required' }), ...LIVE }).data;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm" component="dl" m={0} mb="md">
      <Figure name="Calls">{formatCount(totalCalls(total))}</Figure>
      <Figure name="Error rate">{errorRate(total)}</Figure>
      <Figure name="Latency, p95">{p95 === null ? '–' : formatMilliseconds(p95)}</Figure>
      <Figure name="Sign-ins">{formatCount(total.sign_ins.connected)}</Figure>
      <Figure name="GPTs" href="/gpts">
        {gpts === undefined ? '–' : formatCount(gpts.length)}
      </Figure>
      <Figure name="Sign-in required" href="/connections?status=reconnect_required">
        {reconnects === undefined ? '–' : formatBounded(reconnects)}
      </Figure>
    </SimpleGrid>
  );
}

function formatBounded({ count, hasMore }: BoundedCount): string {
  return hasMore ? `More than ${formatCount(count)}` : formatCount(count);
}

interface FigureProps {
  name: string;
  href?: string;
  children: ReactNode;
}

function Figure({ name, href, children }: FigureProps) {
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
