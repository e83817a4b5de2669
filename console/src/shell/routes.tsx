import { Center, Loader } from '@mantine/core';
import { lazy, Suspense, type ComponentType } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import type { Session } from '../queries/session';
import { NotFoundPage } from './not-found-page';
import { PageErrorBoundary, PageLoadError } from './page-error-boundary';

interface NavigationItem {
  path: string;
  label: string;
  roles: Session['role'][];
}

/** The navigation, with the roles that see each item. */
export const NAVIGATION: NavigationItem[] = [
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

/** Every page is a chunk of its own, loaded when it is first opened. */
const ROUTES: [path: string, page: ComponentType][] = [
  ['/overview', page(() => import('../overview/overview-page'))],
  ['/tenants', page(() => import('../tenants/tenants-page'))],
  ['/gpts', page(() => import('../gpts/gpts-page'))],
  ['/gpts/:gptId', page(() => import('../gpts/gpt-page'))],
  ['/gpts/:gptId/mcp', page(() => import('../mcp/mcp-page'))],
  ['/gpts/:gptId/preview', page(() => import('../preview/preview-page'))],
  ['/gpts/:gptId/actions/new', page(() => import('../actions/new-action-page'))],
  ['/gpts/:gptId/actions/:actionId', page(() => import('../actions/action-page'))],
  ['/gpts/:gptId/actions/:actionId/authentication', page(() => import('../authentication/authentication-page'))],
  ['/connections', page(() => import('../connections/connections-page'))],
  ['/connections/:connectionId/trace', page(() => import('../sign-ins/connection-trace-page'))],
  ['/sign-ins', page(() => import('../sign-ins/sign-ins-page'))],
  ['/sign-ins/:signInId', page(() => import('../sign-ins/sign-in-page'))],
  ['/keys', page(() => import('../keys/keys-page'))],
  ['/vault', page(() => import('../vault/vault-page'))],
  ['/audit', page(() => import('../audit/audit-page'))],
  ['/settings', page(() => import('../settings/settings-page'))],
];

function page(load: () => Promise<{ default: ComponentType }>): ComponentType {
  return lazy(() =>
    load().catch((cause: unknown) => {
      throw new PageLoadError('The page could not be loaded.', { cause });
    }),
  );
}

export function Routes({ role }: Pick<Session, 'role'>) {
  const [path] = useLocation();
  const home = NAVIGATION.find(({ roles }) => roles.includes(role))?.path;
  return (
    <PageErrorBoundary key={path}>
      <Suspense
        fallback={
          <Center mih={200}>
            <Loader aria-label="Loading" />
          </Center>
        }
      >
        <Switch>
          {ROUTES.map(([route, Page]) => (
            <Route key={route} path={route}>
              <Page />
            </Route>
          ))}
          {home && (
            <Route path="/">
              <Redirect to={home} replace />
            </Route>
          )}
          <Route>
            <NotFoundPage />
          </Route>
        </Switch>
      </Suspense>
    </PageErrorBoundary>
  );
}
