import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { AUTH_INPUT, AUTH_OUTPUT } from '../actions/index.js';
import { AuthSchemas } from '../auth-registry/index.js';
import { ProblemDto } from '../common/index.js';
import { Settings } from '../config/index.js';
import { API_TAGS } from './api-tags.js';

const DESCRIPTION = `Actions for assistants: turns OpenAPI documents into operations that a model can call, each with the right credential.

Send an API key as \`X-API-Key\` or as a bearer token. Failures are problems (RFC 9457): branch on their \`code\`.`;

/** Serves the API's own OpenAPI document at `/docs`, `/docs-json` and `/docs-yaml`. It is built on the first request for it. */
export function serveApiDocument(app: NestFastifyApplication): void {
  renderOnce(app.getHttpAdapter().getInstance() as unknown as FastifyInstance, ['/docs-json', '/docs-yaml']);
  SwaggerModule.setup('docs', app, () => createApiDocument(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Countersign API',
  });
}

/** Keeps the responses of routes that never change: serializing the document for each request would take milliseconds. */
function renderOnce(server: FastifyInstance, routes: readonly string[]): void {
  const rendered = new Map<string, { body: Buffer; type: string }>();
  server.addHook('preHandler', (request, reply, done) => {
    const { body, type } = rendered.get(request.routeOptions.url ?? '') ?? {};
    if (body === undefined || type === undefined) return done();
    void reply.type(type).send(body);
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    const { url = '' } = request.routeOptions;
    if (reply.statusCode === 200 && typeof payload === 'string' && routes.includes(url))
      rendered.set(url, { body: Buffer.from(payload), type: String(reply.getHeader('content-type')) });
    done(null, payload);
  });
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
