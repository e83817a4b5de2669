import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { isRefusal } from './api/problem';
import { Shell } from './shell/shell';
import { colours, theme } from './theme';
import { nonce } from './ui/nonce';
import { aroundNav } from './ui/unsaved';

const queries = new QueryClient({
  defaultOptions: {
    // What the server has decided stays decided; what did not come through is asked again once.
    queries: { retry: (failures, error) => failures < 1 && !isRefusal(error), staleTime: 5000 },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        <Router base="/console" aroundNav={aroundNav}>
          <Shell />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
