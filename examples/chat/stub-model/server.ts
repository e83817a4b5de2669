import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatCompletion } from './chat-completions.ts';
import { message } from './messages.ts';
import { response } from './responses.ts';
import { RefusedError } from './script.ts';

const ROUTES: Record<string, (body: never) => object> = {
  '/v1/chat/completions': chatCompletion,
  '/v1/responses': response,
  '/v1/messages': message,
};

/** Starts a model on loopback that speaks the protocols of OpenAI and Anthropic. */
export async function startStubModel(): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(async (request, reply) => {
    const answer = ROUTES[request.url ?? ''];
    try {
      if (!answer) throw new RefusedError(`there is no ${request.url}`);
      reply.setHeader('content-type', 'application/json');
      reply.end(JSON.stringify(answer((await bodyOf(request)) as never)));
    } catch (error) {
      reply.statusCode = error instanceof RefusedError ? 400 : 500;
      reply.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: String(error) } }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
