/**
 * Runs every chat loop against a model on loopback, the built server, and the example provider of `examples/notes-provider`. Needs Node 22, on which
 * it runs TypeScript without a build, `npm ci` here and `npm run build` at the root.
 */
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { createOpenAI } from '@ai-sdk/openai';
import { Countersign } from '@countersign/sdk';
import { ChatOpenAI } from '@langchain/openai';
import OpenAI from 'openai';
import { startServer } from '../../dist/examples/demo/server.js';
import { signInAsBrowser } from '../../dist/examples/notes-provider/browser.js';
import { startNotesProvider } from '../../dist/examples/notes-provider/index.js';
import * as aiSdk from './ai-sdk.ts';
import * as anthropic from './anthropic.ts';
import * as langchain from './langchain.ts';
import * as openai from './openai.ts';
import * as openaiResponses from './openai-responses.ts';
import { startStubModel } from './stub-model/server.ts';

const [provider, server, model] = await Promise.all([startNotesProvider(), startServer(), startStubModel()]);
try {
  const countersign = await setUp();
  // Keys of a vendor, which the model on loopback does not check.
  const apiKey = 'not-checked';
  const baseURL = `${model.url}/v1`;
  const openaiClient = new OpenAI({ apiKey, baseURL });
  const chats = {
    openai: (...rest) => openai.chat(openaiClient, ...rest),
    'openai, responses': (...rest) => openaiResponses.chat(openaiClient, ...rest),
    '@anthropic-ai/sdk': (...rest) => anthropic.chat(new Anthropic({ apiKey, baseURL: model.url }), ...rest),
    ai: (...rest) => aiSdk.chat(createOpenAI({ apiKey, baseURL })('gpt-6-sol'), ...rest),
    'ai, chat': (...rest) => aiSdk.chat(createOpenAI({ apiKey, baseURL }).chat('gpt-6-sol'), ...rest),
    langchain: (...rest) =>
      langchain.chat(new ChatOpenAI({ apiKey, model: 'gpt-6-sol', configuration: { baseURL } }), ...rest),
  };
  for (const [name, chat] of Object.entries(chats)) await tryChat(countersign, name, chat);
} finally {
  await Promise.all([model.stop(), server.stop(), provider.close()]);
}

/** Has a user chat, who signs in once and confirms once, and checks what reached the API. */
async function tryChat(countersign, name, chat) {
  const start = performance.now();
  const asked = [];
  const user = {
    user: `user of ${name}`,
    onSignIn: async ({ label, url }) => {
      asked.push(label);
      await signInAsBrowser(url, `user-of-${name.replaceAll(/\W/g, '-')}`);
    },
    onConfirmation: ({ method }) => asked.push(method) > 0,
  };
  provider.requests.length = 0;
  const answer = await chat(countersign, user, 'Note that I need milk. What notes do I have?');
  assert.match(answer, /^Your notes: .*Milk/s);
  assert.equal(asked.length, 2, `${name}: the user was asked for ${asked.join(', ')}`);
  const created = provider.requests.filter(({ method }) => method === 'POST');
  assert.equal(created.length, 1, `${name}: the note was created ${created.length} times`);
  console.log(`${name}: ${Math.round(performance.now() - start)} ms`);
}

/** Creates a tenant and a GPT with an API without authentication and one whose users sign in. */
async function setUp() {
  const tenant = await post(server.operatorKey, '/v1/tenants', { name: 'Acme' });
  const admin = tenant.admin_key.key;
  const { key } = await post(admin, '/v1/keys', { role: 'runtime', name: 'chat' });
  const { id: gptId } = await post(admin, '/v1/gpts', { name: 'Note keeper' });
  await post(admin, `/v1/gpts/${gptId}/actions`, { openapi: provider.documents.weather });
  const { auth } = await post(admin, `/v1/gpts/${gptId}/actions`, {
    openapi: provider.documents.notes,
    auth: {
      type: 'oauth',
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      authorization_url: provider.authorizationUrl,
      token_url: provider.tokenUrl,
      scope: provider.scope,
    },
  });
  provider.registerRedirectUri(auth.callback_url);
  return new Countersign({ url: server.url, key, gptId });
}

async function post(key, path, body) {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 201, `${path}: ${text}`);
  return JSON.parse(text);
}
