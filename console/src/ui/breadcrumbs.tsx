import { Anchor, Breadcrumbs as MantineBreadcrumbs, Text } from '@mantine/core';
import { Link } from 'wouter';

interface BreadcrumbsProps {
  links: [label: string, href: string][];
  current: string;
}

/** Links to the pages above this one. */
export function Breadcrumbs({ links, current }: BreadcrumbsProps) {
  return (
    <nav aria-label="Breadcrumbs">
      <MantineBreadcrumbs mb="xs" fz="sm" style={{ flexWrap: 'wrap' }}>
        {links.map(([label, href]) => (
          <Anchor key={href} component={Link} href={href} size="sm">
            {label}
          </Anchor>
        ))}
        <Text size="sm" c="dimmed" aria-current="page">
          {current}
        </Text>
      </MantineBreadcrumbs>
    </nav>
  );
}
