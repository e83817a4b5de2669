import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { basePath } from './api/base-path';
import { isRejection } from './api/problem';
import { routerProps } from './navigation/history';
import { Shell } from './shell/shell';
import { cssVariables, theme } from './theme';
import { nonce } from './ui/nonce';

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (failures, error) => failures < 1 && !isRejection(error), staleTime: 5000 },
  },
});

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        <Router base={`${basePath}/console`} {...routerProps}>
          <Shell />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
