import { Anchor, Breadcrumbs, Text } from '@mantine/core';
import { Link } from 'wouter';

/** The way back up: where this page is among the others. */
export function Trail({ links, here }: { links: [label: string, href: string][]; here: string }) {
  return (
    <nav aria-label="Breadcrumbs">
      <Breadcrumbs mb="xs" fz="sm" style={{ flexWrap: 'wrap' }}>
        {links.map(([label, href]) => (
          <Anchor key={href} component={Link} href={href} size="sm">
            {label}
          </Anchor>
        ))}
        <Text size="sm" c="dimmed" aria-current="page">
          {here}
        </Text>
      </Breadcrumbs>
    </nav>
  );
}
