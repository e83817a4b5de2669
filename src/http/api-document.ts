import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { dump } from 'js-yaml';
import { AUTH_INPUT, AUTH_OUTPUT } from '../actions/index.js';
import { AuthSchemas } from '../auth-registry/index.js';
import { matchesEtag, ProblemDto } from '../common/index.js';
import { Settings } from '../config/index.js';
import { API_TAGS } from './api-tags.js';

const DESCRIPTION = `Actions for assistants: turns OpenAPI documents into operations that a model can call, each with the right credential.

Send an API key as \`X-API-Key\` or as a bearer token. Failures are problems (RFC 9457): branch on their \`code\`.`;

/** A serialized form of the document. */
interface Rendered {
  readonly mediaType: string;
  readonly body: Buffer;
  readonly etag: string;
}

/**
 * Serves the API's own OpenAPI document at `/docs-json` and `/docs-yaml`, and Swagger UI, which reads the first, at `/docs`.
 *
 * Building and serializing the document takes a fifth of a second and happens once: on the first request for it, unless {@link prepare} is
 * called before.
 */
@Injectable()
export class ApiDocument {
  private app: NestFastifyApplication | undefined;
  private rendered: Record<'json' | 'yaml', Rendered> | undefined;

  /** Adds the routes. */
  serve(app: NestFastifyApplication): void {
    this.app = app;
    const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    for (const format of ['json', 'yaml'] as const)
      server.get(`/docs-${format}`, (request, reply) => send(request, reply, this.prepare()[format]));
    SwaggerModule.setup('docs', app, {} as OpenAPIObject, {
      raw: false,
      swaggerUrl: `${app.get(Settings).basePath}/docs-json`,
      customSiteTitle: 'Countersign API',
    });
  }

  /** Builds the document. Called before the server listens, so that no caller waits for it. */
  prepare(): Record<'json' | 'yaml', Rendered> {
    if (this.app === undefined) throw new Error('the routes of the API document have not been added');
    return (this.rendered ??= render(createApiDocument(this.app)));
  }
}

function render(document: OpenAPIObject): Record<'json' | 'yaml', Rendered> {
  const rendered = (mediaType: string, text: string): Rendered => {
    const body = Buffer.from(text);
    return { mediaType, body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
  };
  return {
    json: rendered('application/json; charset=utf-8', JSON.stringify(document)),
    yaml: rendered('text/yaml; charset=utf-8', dump(document, { skipInvalid: true, noRefs: true })),
  };
}

/** Sends the document, or 304 if the client has it. */
function send(request: FastifyRequest, reply: FastifyReply, { mediaType, body, etag }: Rendered): FastifyReply {
  void reply.headers({ etag, 'cache-control': 'no-cache' });
  const known = request.headers['if-none-match'];
  if (known !== undefined && matchesEtag(known, etag)) return reply.code(304).send();
  return reply.type(mediaType).send(body);
}

function createApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const schemas = app.get(AuthSchemas).all();
  const extraModels = [ProblemDto, ...schemas.flatMap(({ input, output }) => [input, output])];
  const document = SwaggerModule.createDocument(app, documentBase(app.get(Settings).basePath), { extraModels });
  const inputs = schemas.map(({ input }) => input);
  const outputs = schemas.map(({ output }) => output);
  const types = schemas.map(({ type }) => type);
  document.components = {
    ...document.components,
    schemas: {
      ...document.components?.schemas,
      [schemaName(AUTH_INPUT)]: discriminatedUnion(types, inputs),
      [schemaName(AUTH_OUTPUT)]: discriminatedUnion(types, outputs),
    },
  };
  return document;
}

function documentBase(basePath: string): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setTitle('Countersign')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'api_key')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer');
  if (basePath !== '') builder.addServer(basePath);
  for (const [name, description] of API_TAGS) builder.addTag(name, description);
  return builder.build();
}

type SchemaObject = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

/** Returns a schema that selects one of the classes by the property `type`. */
function discriminatedUnion(types: string[], classes: (new () => object)[]): SchemaObject {
  const paths = classes.map((type) => getSchemaPath(type));
  const mapping = Object.fromEntries(types.map((type, index) => [type, paths[index] as string]));
  return { oneOf: paths.map(($ref) => ({ $ref })), discriminator: { propertyName: 'type', mapping } };
}

function schemaName(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1);
}
