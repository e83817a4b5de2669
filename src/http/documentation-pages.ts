import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Settings } from '../config/index.js';

/** `docs/` of the repository, or the copy of it that the build puts beside the compiled server. */
const FOLDER = fileURLToPath(new URL('../../docs/', import.meta.url));

/** Serves `/llms.txt` (https://llmstxt.org) and the pages that it links to, as Markdown below `/docs/`. */
export function serveDocumentationPages(app: NestFastifyApplication): void {
  if (!existsSync(FOLDER)) return;
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const pages = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  const { basePath } = app.get(Settings);
  const read = (file: string) => readFileSync(`${FOLDER}${file}`, 'utf8');
  serveText(server, '/llms.txt', read('llms.txt').replaceAll('](/', `](${basePath}/`), 'text/plain');
  for (const page of pages) serveText(server, `/docs/${page.replaceAll('\\', '/')}`, read(page), 'text/markdown');
}

function serveText(server: FastifyInstance, url: string, text: string, mediaType: string): void {
  server.get(url, (_request, reply) => reply.type(`${mediaType}; charset=utf-8`).send(text));
}
