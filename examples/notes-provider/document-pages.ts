import { dump } from 'js-yaml';
import { send, type Pages } from './json-api.js';

/** Serves an API's OpenAPI document as `/openapi.json` and `/openapi.yaml`. */
export function documentPages(document: object): Pages {
  return (_request, response, path) => {
    if (path === '/openapi.json') send(response, { status: 200, body: document });
    else if (path === '/openapi.yaml') {
      response.writeHead(200, { 'content-type': 'application/yaml' });
      response.end(dump(document));
    } else return false;
    return true;
  };
}
