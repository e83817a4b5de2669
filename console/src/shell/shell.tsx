import { AppShell, Burger, Button, Center, Group, Image, Loader, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useLocation } from 'wouter';
import mark from '../mark.svg';
import { PAGES, Pages } from '../pages';
import { Failure } from '../ui/failure';
import { ColourScheme } from './colour-scheme';
import { useSession, useSignOut, type Session } from './session';
import { SignInPage } from './sign-in-page';

/** The frame around every page, for who has signed in. */
export function Shell() {
  const { data: session, error } = useSession();
  if (error) return <Failure error={error} />;
  if (session === null) return <SignInPage />;
  if (!session) {
    return (
      <Center mih="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  return <Frame session={session} />;
}

function Frame({ session }: { session: Session }) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const signOut = useSignOut();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'lg' }}
    >
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px={{ base: 'xs', sm: 'md' }} gap="xs" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Image src={mark} w={28} h={28} alt="" />
            <Text fw={650} visibleFrom="xs">
              Countersign
            </Text>
            <Text c="dimmed" truncate>
              {session.tenant_name ?? 'Operator'}
            </Text>
          </Group>
          <Group gap={4} wrap="nowrap" flex="none">
            <ColourScheme />
            <Button variant="default" size="compact-sm" loading={signOut.isPending} onClick={() => signOut.mutate()}>
              Sign out
            </Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <ScrollArea>
          {PAGES.filter(({ roles }) => roles.includes(session.role)).map(({ path, label }) => (
            <PageLink key={path} path={path} label={label} onClick={close} />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <Pages session={session} />
      </AppShell.Main>
    </AppShell>
  );
}

function PageLink({ path, label, onClick }: { path: string; label: string; onClick: () => void }) {
  const [location] = useLocation();
  const isCurrent = path === '/' ? location === '/' : location.startsWith(path);
  return (
    <NavLink
      component={Link}
      href={path}
      label={label}
      active={isCurrent}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={onClick}
    />
  );
}
