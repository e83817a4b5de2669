import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';
import { page, pageHeaders } from './layout.js';

describe('a page', () => {
  it('has the very style that its policy allows, and no script', () => {
    const served = page('Title', html`<h1>Title</h1>`);
    const style = /<style>(.*?)<\/style>/s.exec(served)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(style).toContain('button');
    expect(pageHeaders()['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(served).not.toMatch(/<script|\son\w+=|style="/i);
  });

  it('escapes what is put into it', () => {
    const body = html`<a href="${'"><script>'}">${"<b>&'"}</a>`;
    expect(page('</title><script>', body)).not.toContain('<script>');
    expect(body.text).toBe('<a href="&#34;&#62;&#60;script&#62;">&#60;b&#62;&#38;&#39;</a>');
  });

  it('lets its form lead to https, and to the one other origin that it is told', () => {
    expect(pageHeaders()['content-security-policy']).toContain("form-action 'self' https:;");
    expect(pageHeaders('http://127.0.0.1:9')['content-security-policy']).toContain('https: http://127.0.0.1:9;');
  });
});
