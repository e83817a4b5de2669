import { useSyncExternalStore } from 'react';
import type { NavigateOptions } from 'wouter';

/*
 * The router's location, on top of the browser's history.
 *
 * Every history entry stores its position, so that a traversal (Back, Forward) can be undone, and repeated in the same direction once it is
 * confirmed. The router's location is kept here rather than read from the address bar, which changes before a blocker is asked.
 */

/** Asks whether to leave the page, and calls `proceed` if so. */
type Blocker = (proceed: () => void) => void;

/** The page's blocker, then that of a dialog over it, which asks first. */
const blockers: Blocker[] = [];
const listeners = new Set<() => void>();

let position = positionOf(history.state) ?? 0;
let pathname = location.pathname;
let search = location.search;
let isUndoingTraversal = false;
let isHeadingFocusDue = false;

history.replaceState({ ...history.state, position }, '');

window.addEventListener('popstate', () => {
  const target = positionOf(history.state);
  if (isUndoingTraversal) {
    isUndoingTraversal = false;
    return;
  }
  if (target === undefined) {
    // A link to a fragment of this page, such as "Skip to content", has made an entry of its own.
    position += 1;
    history.replaceState({ position }, '');
    return;
  }
  const delta = target - position;
  const blocker = blockers.at(-1);
  const isSamePage = location.pathname === pathname && location.search === search;
  if (!blocker || delta === 0 || isSamePage) {
    position = target;
    publish();
    return;
  }
  isUndoingTraversal = true;
  history.go(-delta);
  blocker(() => proceed(() => history.go(delta)));
});

function positionOf(state: unknown): number | undefined {
  const found = (state as { position?: unknown } | null)?.position;
  return typeof found === 'number' ? found : undefined;
}

function publish(): void {
  if (location.pathname !== pathname) isHeadingFocusDue = true;
  ({ pathname, search } = location);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function navigate(to: string, { replace = false, state = null }: NavigateOptions = {}): void {
  if (!replace) position += 1;
  history[replace ? 'replaceState' : 'pushState']({ ...state, position }, '', to);
  publish();
}

function useHistoryLocation(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, () => pathname), navigate];
}

function useHistorySearch(): string {
  return useSyncExternalStore(subscribe, () => search);
}

/** Asks `blocker` before the router leaves the current location. @returns a function that removes it */
export function blockNavigation(blocker: Blocker): () => void {
  blockers.push(blocker);
  return () => {
    const index = blockers.indexOf(blocker);
    if (index >= 0) blockers.splice(index, 1);
  };
}

/** Asks the blocker before a link is followed. */
function navigateUnlessBlocked(next: typeof navigate, to: string, options?: NavigateOptions): void {
  const blocker = blockers.at(-1);
  if (blocker) blocker(() => proceed(() => next(to, options)));
  else next(to, options);
}

/** Makes wouter's `Router` use this module. */
export const routerProps = {
  hook: useHistoryLocation,
  searchHook: useHistorySearch,
  aroundNav: navigateUnlessBlocked,
};

/** Navigates without asking: changes are saved, or discarded on purpose. */
export function proceed(next: () => void): void {
  blockers.length = 0;
  next();
}

/** Makes the next page focus its heading. A navigation does so by itself. */
export function requestHeadingFocus(): void {
  isHeadingFocusDue = true;
}

/** Whether the page should focus its heading now; true once per navigation. */
export function takeHeadingFocus(): boolean {
  const isDue = isHeadingFocusDue;
  isHeadingFocusDue = false;
  return isDue;
}
