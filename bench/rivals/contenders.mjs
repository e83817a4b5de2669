import * as toHarModule from '@readme/oas-to-har';
import axios from 'axios';
import { openapiToFunction } from 'librechat-data-provider';
import * as oasModule from 'oas';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import SwaggerClient from 'swagger-client';
import { compileOperation, readDocument } from '@countersign/openapi';

/** Returns the default export of a CommonJS module that has a nested one. */
const plain = (module) => module.default.default ?? module.default;
const [Oas, oasToHar] = [plain(oasModule), plain(toHarModule)];

/**
 * Request builders. Documents and operations are prepared in advance as far as each library supports it;
 * arguments are in the form that its documentation requires.
 *
 * `prepare(document)` returns `operation({operationId, method, path}, argumentsByLocation)`, which returns a function that builds the request
 * `{url, headers}` as it would be sent.
 */
export const CONTENDERS = [
  { name: 'Countersign', prepare: countersign },
  { name: 'swagger-client', prepare: swaggerClient },
  { name: '@readme/oas-to-har', prepare: readme },
  { name: 'openapi-client-axios', prepare: openApiClientAxios },
  { name: 'librechat-data-provider', prepare: librechat },
];

function together({ body, ...byLocation }) {
  return Object.assign({}, ...Object.values(byLocation), body === undefined ? {} : { body });
}

function countersign(document) {
  const read = readDocument(document);
  return ({ operationId }, args) => {
    const operation = compileOperation(read, operationId);
    const all = together(args);
    return () => operation.buildRequest(all);
  };
}

async function swaggerClient(document) {
  const { spec } = await SwaggerClient.resolve({ spec: structuredClone(document) });
  return ({ method, path }, { body, ...byLocation }) => {
    // This library replaces the ids of operations.
    const { operationId } = spec.paths[path][method.toLowerCase()];
    const parameters = together(byLocation);
    return () => SwaggerClient.buildRequest({ spec, operationId, parameters, requestBody: body });
  };
}

function readme(document) {
  const oas = new Oas(structuredClone(document));
  return ({ method, path }, args) => {
    const operation = oas.operation(path, method.toLowerCase());
    return () => {
      const { url, queryString, headers, cookies, postData } = oasToHar(oas, operation, args).log.entries[0].request;
      const search = queryString.map(({ name, value }) => `${name}=${value}`).join('&');
      const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      return {
        url: search === '' ? url : `${url}?${search}`,
        headers: Object.fromEntries(
          [...headers, ...(cookie && [{ name: 'cookie', value: cookie }])].map((each) => [each.name, each.value]),
        ),
        body: postData?.text,
      };
    };
  };
}

async function openApiClientAxios(document) {
  const api = new OpenAPIClientAxios({ definition: structuredClone(document) });
  const client = await api.init();
  return ({ operationId }, { body, ...byLocation }) => {
    const parameters = together(byLocation);
    return () => {
      const config = api.getAxiosConfigForOperation(operationId, [parameters, body]);
      return { url: client.getUri(config), headers: config.headers, body: config.data };
    };
  };
}

/** This library passes its requests to axios, so axios is included in the measurement. */
function librechat(document) {
  const { requestBuilders } = openapiToFunction(structuredClone(document));
  return ({ operationId }, { body, ...byLocation }) => {
    const parameters = { ...together(byLocation), ...body };
    const builder = requestBuilders[operationId];
    return async () => {
      let request;
      axios.defaults.adapter = (config) => {
        request = { url: axios.getUri(config), headers: config.headers.toJSON(), body: config.data };
        return Promise.resolve({ data: {}, status: 200, statusText: '', headers: {}, config });
      };
      const executor = builder.createExecutor();
      executor.setParams(parameters);
      await executor.execute();
      return request;
    };
  };
}
