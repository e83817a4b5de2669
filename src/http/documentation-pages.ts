import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

/** `docs/` of the repository, or the copy of it that the build puts beside the compiled server. */
const FOLDER = fileURLToPath(new URL('../../docs/', import.meta.url));

/** Serves `/llms.txt` (https://llmstxt.org) and the pages that it links to, as Markdown below `/docs/`. */
export function serveDocumentationPages(app: NestFastifyApplication): void {
  if (!existsSync(FOLDER)) return;
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const pages = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  serveFile(server, '/llms.txt', 'llms.txt', 'text/plain');
  for (const page of pages) serveFile(server, `/docs/${page.replaceAll('\\', '/')}`, page, 'text/markdown');
}

function serveFile(server: FastifyInstance, url: string, file: string, mediaType: string): void {
  const text = readFileSync(`${FOLDER}${file}`, 'utf8');
  server.get(url, (_request, reply) => reply.type(`${mediaType}; charset=utf-8`).send(text));
}
