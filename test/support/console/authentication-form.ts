import type { Locator, Page } from 'playwright-core';
import { NOTES_PATHS } from '../upstream.js';
import type { ConsoleWorld } from './console-world.js';

/** Creates an action with a schema, and opens its authentication page. */
export async function opensAuthentication(
  world: ConsoleWorld,
  auth?: object,
  document = world.api.document(NOTES_PATHS),
) {
  const { gpt, tenant } = world;
  const action = await gpt.action(document, auth);
  const page = await world.opensGpt(`/actions/${action.id}/authentication`);
  const form = page.getByRole('form', { name: 'Authentication' });
  await form.waitFor();
  return {
    action,
    page,
    form,
    stored: async () => (await tenant.admin.get(`${gpt.path}/actions/${action.id}/auth`)).body,
  };
}

/** Saves the form. */
export async function saves(page: Page, button = 'Save'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const notification = page.getByText('Authentication saved.');
  await notification.waitFor();
  await page.locator('.mantine-Notification-closeButton').first().click();
  await notification.waitFor({ state: 'detached' });
}

export function field(form: Locator, name: string): Locator {
  return form.getByLabel(name, { exact: true });
}

/** The part of a DOM element that the tests use. */
interface InPage {
  getAttribute(name: string): string | null;
  ownerDocument: { getElementById(id: string): { textContent: string } | null; activeElement: unknown };
}

/** The accessible description of a field: its error, help text and findings. */
export function descriptionOf(input: Locator): Promise<string> {
  return input.evaluate((element: InPage) => {
    const ids = (element.getAttribute('aria-describedby') ?? '').split(' ');
    return ids.map((id) => element.ownerDocument.getElementById(id)?.textContent ?? '').join(' ');
  });
}

export function hasFocus(input: Locator): Promise<boolean> {
  return input.evaluate((element: InPage) => element === element.ownerDocument.activeElement);
}
