import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import {
  compileOperation,
  describeDocument,
  InvalidArgumentsError,
  InvalidDocumentError,
  readDocument,
} from '@countersign/openapi';
import { generate, UngeneratedError } from './generate.mjs';
import { RawDocument } from './raw-document.mjs';
import { compare, MismatchError } from './read-back.mjs';

/** Takes the path of a document, tells when it is imported and how long that took, and then what came of all its operations. */
parentPort.on('message', async (file) => {
  const text = readFileSync(file, 'utf8');
  const documentUrl = 'https://corpus.example/openapi.json';
  const started = performance.now();
  try {
    const document = readDocument(text);
    const { operations } = describeDocument(document, { documentUrl });
    parentPort.postMessage({ importedMs: performance.now() - started });
    const compiled = operations.map(({ operationId }) => compileOperation(document, operationId, { documentUrl }));
    parentPort.postMessage({ outcome: { operations: operations.length, ...(await tryAll(text, compiled)) } });
  } catch (error) {
    if (!(error instanceof InvalidDocumentError)) throw error;
    parentPort.postMessage({ importedMs: performance.now() - started });
    parentPort.postMessage({ outcome: { refused: error.findings[0].code } });
  }
});

/** How many alternatives of a schema are tried. */
const CHOICES = 4;

async function tryAll(text, operations) {
  const document = new RawDocument(text);
  const problems = {};
  let requests = 0;
  for (const operation of operations) {
    parentPort.postMessage({});
    const seen = new Set();
    for (const all of [false, true]) {
      const { request, args, problem } = build(operation, all, seen);
      const reason = problem ?? (request && (await mismatch(document, operation, args, request)));
      if (request) requests += 1;
      if (reason !== undefined) (problems[reason] ??= []).push(operation.operationId);
    }
  }
  return { requests, problems };
}

/** A request of valid arguments, of the first alternatives that there are any for. */
function build(operation, all, seen) {
  let problem;
  for (let attempt = 0; attempt < 2 * CHOICES; attempt += 1) {
    try {
      const [choice, isOther] = [attempt % CHOICES, attempt >= CHOICES];
      const args = generate(operation.argumentsSchema, { all: all !== isOther, choice });
      const key = JSON.stringify(args);
      if (seen.has(key)) return {};
      const request = operation.buildRequest(args);
      seen.add(key);
      return { request, args };
    } catch (error) {
      if (!(error instanceof InvalidArgumentsError) && !(error instanceof UngeneratedError)) throw error;
      problem ??= `${error instanceof UngeneratedError ? 'no value' : 'refused'}: ${withoutNames(error.message)}`;
    }
  }
  return { problem };
}

async function mismatch(document, operation, args, request) {
  try {
    await compare(document, operation, args, request);
    return undefined;
  } catch (error) {
    if (error instanceof MismatchError) return error.message;
    throw error;
  }
}

function withoutNames(message) {
  return message
    .replace(/`[^`]*`/g, 'it')
    .replace(/ \(and \d+ more\)/, '')
    .replace(/"(?:[^"\\]|\\.)*"|, got .*/g, '…')
    .slice(0, 120);
}
