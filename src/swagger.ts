import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { AUTH_INPUT, AUTH_OUTPUT } from './actions/index.js';
import { AuthSchemas } from './auth-registry/index.js';
import { ProblemDto } from './common/index.js';

const DESCRIPTION = `Actions for assistants: an OpenAPI document becomes callable operations, each call with the right credential.

Send a key as \`X-API-Key\` or as a bearer token. Failures are problems (RFC 9457): branch on their \`code\`.`;

/** The API's own OpenAPI document. */
export function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const schemas = app.get(AuthSchemas).all();
  const config = new DocumentBuilder()
    .setTitle('Countersign')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'api_key')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .build();
  const extraModels = [ProblemDto, ...schemas.flatMap(({ input, output }) => [input, output])];
  const document = SwaggerModule.createDocument(app, config, { extraModels });
  const components = document.components ?? {};
  const inputs = schemas.map(({ input }) => input);
  const outputs = schemas.map(({ output }) => output);
  const types = schemas.map(({ type }) => type);
  components.schemas = {
    ...components.schemas,
    [nameIn(AUTH_INPUT)]: oneOf(types, inputs),
    [nameIn(AUTH_OUTPUT)]: oneOf(types, outputs),
  };
  return document;
}

/** `/docs` and `/docs-json`. The document is made at the first request for it. */
export function serveDocumentation(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => apiDocument(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Countersign API',
  });
}

type SchemaObject = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

function oneOf(types: string[], classes: (new () => object)[]): SchemaObject {
  const paths = classes.map((type) => getSchemaPath(type));
  const mapping = Object.fromEntries(types.map((type, index) => [type, paths[index] as string]));
  return { oneOf: paths.map(($ref) => ({ $ref })), discriminator: { propertyName: 'type', mapping } };
}

function nameIn(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1);
}
