import type { Page } from 'playwright-core';
import { eventually } from '../eventually.js';

export const editorOf = (page: Page) => page.getByRole('textbox', { name: 'OpenAPI document' });
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** The link of a finding to its line. */
export const finding = (page: Page, severity: 'Error' | 'Warning', line: string) =>
  page.getByRole('listitem').filter({ hasText: severity }).getByRole('button', { name: line, exact: true });

export async function pastes(page: Page, text: string): Promise<void> {
  await editorOf(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.keyboard.press('ControlOrMeta+v');
}

/** Waits until the text contains a part, and returns it. */
export const becomes = (page: Page, part: string) =>
  eventually(
    () => textIn(page),
    (text) => text.includes(part),
  );

/** The whole text: the editor renders only the visible part. */
export async function textIn(page: Page): Promise<string> {
  await editorOf(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+c');
  return page.evaluate<string>('navigator.clipboard.readText()');
}

/** One operation with an argument of each kind. */
export const SEARCH = {
  post: {
    operationId: 'search',
    summary: 'Search in all notes',
    'x-openai-isConsequential': false,
    parameters: [
      { name: 'q', in: 'query', required: true, description: 'What to look for', schema: { type: 'string' } },
      { name: 'limit', in: 'query', schema: { type: 'integer', default: 10 } },
      { name: 'order', in: 'query', schema: { enum: ['newest', 'oldest'] } },
      { name: 'archived', in: 'query', schema: { type: 'boolean' } },
      { name: 'since', in: 'query', schema: { type: 'string', format: 'date' } },
      { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
    ],
    requestBody: {
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['author'],
            properties: {
              author: { type: 'object', required: ['name'], properties: { name: { type: 'string', example: 'Ada' } } },
              where: { oneOf: [{ type: 'string' }, { type: 'object', properties: { folder: { type: 'string' } } }] },
            },
          },
        },
      },
    },
    responses: { 200: { description: 'x' } },
  },
};
