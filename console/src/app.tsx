import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { isRefusal } from './api/problem';
import { Shell } from './shell/shell';
import { colours, theme } from './theme';

const queries = new QueryClient({
  defaultOptions: {
    // What the server has decided stays decided; what did not come through is asked again once.
    queries: { retry: (failures, error) => failures < 1 && !isRefusal(error), staleTime: 5000 },
  },
});

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

// Where a dialog's lock of the page's scrolling looks for it (get-nonce).
Object.assign(globalThis, { __webpack_nonce__: nonce });

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        <Router base="/console">
          <Shell />
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
