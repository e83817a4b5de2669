import { describe, expect, it } from '@jest/globals';
import { type JsonObject, compileOperation, describeDocument, documentSecurity, readDocument } from '../index.js';

const ref = (name: string): JsonObject => ({ $ref: `#/definitions/${name}` });
const pathId: JsonObject = { name: 'petId', in: 'path', required: true, type: 'integer', format: 'int64' };
const list = (name: string, format: string, others: JsonObject = {}): JsonObject => ({
  name,
  in: 'query',
  type: 'array',
  items: { type: 'string', enum: ['available', 'pending', 'sold'], default: 'available' },
  collectionFormat: format,
  ...others,
});

/** A document with everything that generators of Swagger 2.0 wrote. */
const PET_SHOP: JsonObject = {
  swagger: '2.0',
  info: { title: 'Pet shop', version: '1.0.6', license: { name: 'Apache 2.0' } },
  host: 'petshop.example',
  basePath: '/v2',
  schemes: ['https', 'http'],
  consumes: ['application/json', 'application/xml'],
  produces: ['application/json', 'application/xml'],
  tags: [{ name: 'pet' }],
  securityDefinitions: {
    api_key: { type: 'apiKey', name: 'api_key', in: 'header' },
    basic: { type: 'basic' },
    petshop_auth: {
      type: 'oauth2',
      flow: 'accessCode',
      authorizationUrl: 'https://petshop.example/oauth/authorize',
      tokenUrl: 'https://petshop.example/oauth/token',
      scopes: { 'read:pets': 'read your pets', 'write:pets': 'modify pets in your account' },
    },
  },
  security: [{ petshop_auth: ['read:pets'] }],
  parameters: {
    Limit: {
      name: 'limit',
      in: 'query',
      type: 'integer',
      minimum: 1,
      exclusiveMinimum: false,
      maximum: 100,
      default: 20,
    },
    NewPet: { name: 'body', in: 'body', required: true, description: 'The pet to add', schema: ref('Pet') },
  },
  responses: { NotFound: { description: 'no such pet', schema: ref('ApiResponse') } },
  paths: {
    '/pet': {
      post: {
        tags: ['pet'],
        summary: 'Adds a pet',
        operationId: 'addPet',
        parameters: [{ $ref: '#/parameters/NewPet' }],
        responses: { 200: { description: 'ok', schema: ref('Pet') }, 405: { description: 'invalid' } },
        security: [{ petshop_auth: ['write:pets'] }],
      },
    },
    '/pet/findByStatus': {
      get: {
        operationId: 'findPets',
        parameters: [
          list('status', 'multi', { required: true }),
          list('csv', 'csv'),
          list('ssv', 'ssv'),
          list('pipes', 'pipes'),
          { $ref: '#/parameters/Limit' },
        ],
        responses: {
          200: {
            description: 'ok',
            headers: { 'X-Total': { type: 'integer' } },
            schema: { type: 'array', items: ref('Pet') },
            examples: { 'application/json': [] },
          },
        },
      },
    },
    '/pet/{petId}': {
      parameters: [pathId],
      get: { operationId: 'getPet', responses: { 200: { description: 'ok' }, 404: { $ref: '#/responses/NotFound' } } },
      post: {
        operationId: 'updatePetByForm',
        consumes: ['application/x-www-form-urlencoded'],
        parameters: [
          { name: 'name', in: 'formData', type: 'string', required: true },
          { name: 'tags', in: 'formData', type: 'array', items: { type: 'string' }, collectionFormat: 'csv' },
        ],
        responses: { 200: { description: 'ok' } },
      },
      delete: {
        operationId: 'deletePet',
        parameters: [{ name: 'api_key', in: 'header', type: 'string' }],
        responses: { 204: { description: 'gone' } },
        security: [{ api_key: [] }, { basic: [] }],
      },
    },
    '/pet/{petId}/uploadImage': {
      post: {
        operationId: 'uploadFile',
        consumes: ['multipart/form-data'],
        produces: ['application/json'],
        parameters: [
          pathId,
          { name: 'additionalMetadata', in: 'formData', type: 'string' },
          { name: 'file', in: 'formData', type: 'file' },
        ],
        responses: { 200: { description: 'ok', schema: ref('ApiResponse') } },
      },
    },
    '/pet/{petId}/image': {
      get: {
        operationId: 'getImage',
        produces: ['image/png'],
        parameters: [pathId],
        responses: { 200: { description: 'the image', schema: { type: 'file' } } },
        security: [],
      },
    },
  },
  definitions: {
    Category: { type: 'object', properties: { id: { type: 'integer', format: 'int64' }, name: { type: 'string' } } },
    Pet: {
      type: 'object',
      required: ['name', 'petType'],
      discriminator: 'petType',
      properties: {
        id: { type: 'integer', format: 'int64', readOnly: true },
        petType: { type: 'string' },
        name: { type: 'string', example: 'doggie' },
        nickname: { type: 'string', 'x-nullable': true },
        category: ref('Category'),
        photoUrls: { type: 'array', xml: { name: 'photoUrl', wrapped: true }, items: { type: 'string' } },
      },
      xml: { name: 'Pet' },
    },
    Dog: {
      allOf: [
        ref('Pet'),
        { type: 'object', required: ['packSize'], properties: { packSize: { type: 'integer', minimum: 0 } } },
      ],
    },
    Cat: { allOf: [ref('Pet'), { type: 'object', properties: { huntingSkill: { type: 'string' } } }] },
    ApiResponse: { type: 'object', properties: { code: { type: 'integer', format: 'int32' } } },
  },
};

const document = readDocument(PET_SHOP);
const description = describeDocument(document);

function requestOf(operation: string, args: JsonObject) {
  const { method, url, headers, body } = compileOperation(document, operation)?.buildRequest(args) ?? {};
  return { line: `${method} ${url?.replace('https://petshop.example', '')}`, headers, body };
}

describe('A whole document of Swagger 2.0', () => {
  it('has all of its operations, and no losses', () => {
    expect(description.server.url).toBe('https://petshop.example/v2');
    expect(description.operations.map(({ operationId }) => operationId)).toEqual([
      'addPet',
      'findPets',
      'getPet',
      'updatePetByForm',
      'deletePet',
      'uploadFile',
      'getImage',
    ]);
    const losses = description.warnings.filter(({ code }) => code === 'conversion_loss');
    expect(losses).toEqual([]);
  });

  it('writes lists in each collection format', () => {
    const args = { status: ['sold', 'pending'], csv: ['sold', 'pending'], ssv: ['sold', 'pending'], pipes: ['sold'] };
    expect(requestOf('findPets', { ...args, limit: 5 }).line).toBe(
      'GET /v2/pet/findByStatus?status=sold&status=pending&csv=sold,pending&ssv=sold%20pending&pipes=sold&limit=5',
    );
  });

  it('sends a body that the discriminator selects, and checks it as such', () => {
    const dog = { petType: 'Dog', name: 'Rex', packSize: 3, nickname: null };
    const { line, headers, body } = requestOf('addPet', { body: dog });
    expect([line, headers?.['content-type']]).toEqual(['POST /v2/pet', 'application/json']);
    expect(JSON.parse(String(body))).toEqual(dog);
    expect(() => requestOf('addPet', { body: { ...dog, packSize: -1 } })).toThrow(/packSize/);
    expect(() => requestOf('addPet', { body: { petType: 'Dog', name: 'Rex' } })).toThrow(/packSize/);
    expect(() => requestOf('addPet', { body: { petType: 'Bird', name: 'Tweety' } })).toThrow(/petType/);
  });

  it('sends forms, also with files', () => {
    const form = requestOf('updatePetByForm', { petId: 7, body: { name: 'a b', tags: ['x', 'y'] } });
    expect([form.line, form.headers?.['content-type'], String(form.body)]).toEqual([
      'POST /v2/pet/7',
      'application/x-www-form-urlencoded',
      'name=a%20b&tags=x,y',
    ]);
    const upload = compileOperation(document, 'uploadFile');
    expect(JSON.stringify(upload?.argumentsSchema)).toContain('additionalMetadata');
    expect(requestOf('uploadFile', { petId: 7, body: { additionalMetadata: 'm' } }).headers?.['content-type']).toMatch(
      /^multipart\/form-data; boundary=/,
    );
  });

  it('keeps the digits of int64 in paths', () => {
    expect(requestOf('getPet', { petId: '9007199254740993' }).line).toBe('GET /v2/pet/9007199254740993');
    expect(requestOf('getImage', { petId: 1 }).line).toBe('GET /v2/pet/1/image');
  });

  it('has the security of each operation', () => {
    const { schemes } = documentSecurity(document);
    expect([...schemes.keys()]).toEqual(['api_key', 'basic', 'petshop_auth']);
    const needsAuth = description.operations.map(({ operationId, requiresAuth }) => [operationId, requiresAuth]);
    expect(Object.fromEntries(needsAuth)).toMatchObject({ addPet: true, deletePet: true, getImage: false });
  });
});
