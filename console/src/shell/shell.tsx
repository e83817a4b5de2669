import { Burger, Button, Center, Group, Image, Loader, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import mark from '../mark.svg';
import { sessionQueries, useSignOut, type Session } from '../queries/session';
import { Failure } from '../ui/failure';
import { NAVIGATION, Routes } from './routes';
import classes from './shell.module.css';
import { SignInPage } from './sign-in-page';
import { ThemeToggle } from './theme-toggle';

/** The frame around every page, or the sign-in page. */
export function Shell() {
  const { data: session, error, refetch } = useQuery(sessionQueries.current());
  if (error) return <Failure error={error} retry={() => void refetch()} />;
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
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className={classes['header']}>
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
            <ThemeToggle />
            <Button variant="default" size="compact-sm" loading={signOut.isPending} onClick={() => signOut.mutate()}>
              Sign out
            </Button>
          </Group>
        </Group>
      </header>
      <div className={classes['body']}>
        <nav className={classes['pages']} aria-label="Pages" data-open={isOpen || undefined}>
          {NAVIGATION.filter(({ roles }) => roles.includes(session.role)).map(({ path, label }) => (
            <PageLink key={path} path={path} label={label} onClick={close} />
          ))}
        </nav>
        <main className={classes['main']} id="main">
          <Routes role={session.role} />
        </main>
      </div>
    </>
  );
}

function PageLink({ path, label, onClick }: { path: string; label: string; onClick: () => void }) {
  const [location] = useLocation();
  const isCurrent = location.startsWith(path);
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
