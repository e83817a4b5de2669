/** The API behind the tools that the conformance suite calls by fixed names. */
import { createServer } from 'node:http';

/** A PNG of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
/** A WAV file without samples. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';

const png = { name: 'pixel.png', mime_type: 'image/png', content: PNG };
const wav = { name: 'silence.wav', mime_type: 'audio/wav', content: WAV };
const csv = {
  name: 'table.csv',
  mime_type: 'text/csv',
  content: Buffer.from('test,value\ndata,123\n').toString('base64'),
};

const text = (body) => ({ type: 'text/plain', body });
const files = (...all) => ({ type: 'application/json', body: JSON.stringify({ openaiFileResponse: all }) });

/** Operations that read, and their responses. */
const READ = {
  test_simple_text: text('This is a simple text response for testing.'),
  test_image_content: { type: 'image/png', body: Buffer.from(PNG, 'base64') },
  test_audio_content: files(wav),
  test_embedded_resource: files(csv),
  test_multiple_content_types: files(png, csv),
  test_error_handling: { status: 500, ...text('This tool intentionally returns an error for testing') },
  test_tool_with_progress: text('done'),
  test_tool_with_logging: text('done'),
  test_logging_tool: text('done'),
  test_reconnection: text('done'),
};

/** Operations whose calls the user has to confirm. The suite calls them to be asked for something. */
const CONSEQUENTIAL = [
  'test_elicitation',
  'test_elicitation_sep1034_defaults',
  'test_elicitation_sep1330_enums',
  'test_streaming_elicitation',
  'test_input_required_result_elicitation',
  'test_input_required_result_request_state',
  'test_input_required_result_multi_round',
  'test_input_required_result_tampered_state',
  'test_input_required_result_capabilities',
];

/** Starts the API on loopback. */
export async function startConformanceApi() {
  const server = createServer((request, response) => {
    const { status = 200, type, body } = READ[request.url.slice(1)] ?? text('done');
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    document: documentOf(`http://127.0.0.1:${server.address().port}`),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function documentOf(url) {
  const read = Object.keys(READ).map((id) => [`/${id}`, { get: operation(id) }]);
  const consequential = CONSEQUENTIAL.map((id) => [
    `/${id}`,
    { post: { ...operation(id), 'x-openai-isConsequential': true, ...(id === 'test_elicitation' && { parameters }) } },
  ]);
  return {
    openapi: '3.1.0',
    info: { title: 'Conformance', version: '1' },
    servers: [{ url }],
    paths: Object.fromEntries([...read, ...consequential]),
  };
}

const parameters = [{ name: 'message', in: 'query', schema: { type: 'string' } }];

function operation(operationId) {
  return { operationId, responses: { 200: { description: 'What the suite expects' } } };
}
