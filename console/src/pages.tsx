import { Center, Loader } from '@mantine/core';
import { lazy, Suspense, type ComponentType } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import type { Session } from './shell/session';
import { NothingHere } from './shell/nothing-here';

type Role = Session['role'];

interface ConsolePage {
  path: string;
  label: string;
  roles: Role[];
}

/** What stands in the navigation, in its order, and for whom. */
export const PAGES: ConsolePage[] = [
  { path: '/overview', label: 'Overview', roles: ['admin'] },
  { path: '/tenants', label: 'Tenants', roles: ['operator'] },
  { path: '/gpts', label: 'GPTs', roles: ['admin'] },
  { path: '/connections', label: 'Connections', roles: ['admin'] },
  { path: '/sign-ins', label: 'Sign-ins', roles: ['admin'] },
  { path: '/keys', label: 'Keys', roles: ['admin'] },
  { path: '/vault', label: 'Vault', roles: ['operator'] },
  { path: '/audit', label: 'Audit', roles: ['admin', 'operator'] },
  { path: '/settings', label: 'Settings', roles: ['admin'] },
];

/** Each page is loaded when it is opened first. */
const ROUTES: [path: string, page: ComponentType][] = [
  ['/overview', lazy(() => import('./overview/overview-page'))],
  ['/tenants', lazy(() => import('./tenants/tenants-page'))],
  ['/gpts', lazy(() => import('./gpts/gpts-page'))],
  ['/gpts/:gptId', lazy(() => import('./gpts/gpt-page'))],
  ['/gpts/:gptId/preview', lazy(() => import('./preview/preview-page'))],
  ['/gpts/:gptId/actions/new', lazy(() => import('./actions/new-action-page'))],
  ['/gpts/:gptId/actions/:actionId', lazy(() => import('./actions/action-page'))],
  ['/gpts/:gptId/actions/:actionId/authentication', lazy(() => import('./authentication/authentication-page'))],
  ['/connections', lazy(() => import('./connections/connections-page'))],
  ['/connections/:connectionId/trace', lazy(() => import('./sign-ins/connection-trace-page'))],
  ['/sign-ins', lazy(() => import('./sign-ins/sign-ins-page'))],
  ['/sign-ins/:signInId', lazy(() => import('./sign-ins/sign-in-page'))],
  ['/keys', lazy(() => import('./keys/keys-page'))],
  ['/vault', lazy(() => import('./vault/vault-page'))],
  ['/audit', lazy(() => import('./audit/audit-page'))],
  ['/settings', lazy(() => import('./settings/settings-page'))],
];

export function Pages({ session }: { session: Session }) {
  const first = PAGES.find(({ roles }) => roles.includes(session.role))?.path;
  return (
    <Suspense
      fallback={
        <Center mih={200}>
          <Loader aria-label="Loading" />
        </Center>
      }
    >
      <Switch>
        {ROUTES.map(([path, Page]) => (
          <Route key={path} path={path}>
            <Page />
          </Route>
        ))}
        {first && (
          <Route path="/">
            <Redirect to={first} replace />
          </Route>
        )}
        <Route>
          <NothingHere />
        </Route>
      </Switch>
    </Suspense>
  );
}
