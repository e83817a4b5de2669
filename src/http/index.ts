export { ApiDocument } from './api-document.js';
export { configureHttp } from './configure-http.js';
export { serveDocumentationPages } from './documentation-pages.js';
export { drainConnections } from './graceful-shutdown.js';
export { ProblemFilter } from './problem.filter.js';
export { RouteList } from './route-list.js';
export { createHttpAdapter } from './server.js';
export { ValidationPipe } from './validation.pipe.js';
