import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';
import { page, pageHeaders, type Page } from './layout.js';

const LOGO = `data:image/png;base64,${Buffer.from('\x89PNG\r\n\x1a\n', 'latin1').toString('base64')}`;
const BRAND = { name: 'Acme', logo: LOGO, accentColor: '#ffd400' };

function policyOf({ headers }: Page): string {
  return headers['content-security-policy'] ?? '';
}

describe('a page', () => {
  it('has the very styles that its policy allows, and no script', () => {
    const served = page({ language: 'en', brand: BRAND, title: 'Title', body: html`<h1>Title</h1>` });
    const styles = [...served.body.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style = '']) => style);
    const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(styles).toEqual([expect.stringContaining('button'), expect.stringContaining('--brand:#ffd400')]);
    expect(policyOf(served)).toContain(`style-src ${hashes.join(' ')};`);
    expect(served.body).not.toMatch(/<script|\son\w+=|style="/i);
  });

  it('shows the logo of whom it is for, and loads none otherwise', () => {
    const branded = page({ language: 'en', brand: BRAND, title: 'T', body: html`` });
    expect(branded.body).toContain('<img src="data:image/png;base64,');
    expect(policyOf(branded)).toContain('; img-src data:;');
    const plain = page({
      language: 'en',
      brand: { ...BRAND, logo: null, accentColor: null },
      title: 'T',
      body: html``,
    });
    expect(plain.body).not.toContain('<img');
    expect(policyOf(plain)).not.toContain('img-src');
  });

  it('says in which language it is, and offers the others where it lasts', () => {
    const german = page({ language: 'de', title: 'Titel', body: html``, isLasting: true });
    expect(german.body).toContain('<html lang="de">');
    expect(german.headers['content-language']).toBe('de');
    expect(german.body).toContain('<a href="?lang=en" lang="en" hreflang="en">English</a>');
    expect(page({ language: 'de', title: 'Titel', body: html`` }).body).not.toContain('?lang=');
  });

  it('escapes what is put into it', () => {
    const body = html`<a href="${'"><script>'}">${"<b>&'"}</a>`;
    const name = '</title><script>';
    expect(page({ language: 'en', brand: { ...BRAND, name }, title: name, body }).body).not.toContain('<script>');
    expect(body.text).toBe('<a href="&#34;&#62;&#60;script&#62;">&#60;b&#62;&#38;&#39;</a>');
  });

  it('lets its form lead to https, and to the one other origin that it is told', () => {
    expect(pageHeaders()['content-security-policy']).toContain("form-action 'self' https:;");
    const { 'content-security-policy': policy } = pageHeaders({ formTarget: 'http://127.0.0.1:9' });
    expect(policy).toContain('https: http://127.0.0.1:9;');
  });
});
