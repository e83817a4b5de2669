import { existsSync, readFileSync } from 'node:fs';
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

/** The time that this thread has run, in nanoseconds, on Linux. */
const SCHEDULED_NS = '/proc/thread-self/schedstat';

/**
 * Receives the path of a document. Posts the CPU time of its import, and then the outcome of all its operations; of none, if only the import
 * is timed again.
 */
parentPort.on('message', async ({ file, isImportOnly }) => {
  const text = readFileSync(file, 'utf8');
  const documentUrl = 'https://corpus.example/openapi.json';
  const start = cpuMs();
  try {
    const document = readDocument(text);
    const { operations } = describeDocument(document, { documentUrl });
    parentPort.postMessage({ importedMs: cpuMs() - start });
    if (isImportOnly) return parentPort.postMessage({ outcome: {} });
    const compiled = operations.map(({ operationId }) => compileOperation(document, operationId, { documentUrl }));
    parentPort.postMessage({ outcome: { operations: operations.length, ...(await tryAll(text, compiled)) } });
  } catch (error) {
    if (!(error instanceof InvalidDocumentError)) throw error;
    parentPort.postMessage({ importedMs: cpuMs() - start });
    parentPort.postMessage({ outcome: { refused: error.findings[0].code } });
  }
});

/** Returns the CPU time of this thread in milliseconds, which other processes do not prolong; off Linux, the time on the clock. */
function cpuMs() {
  if (!existsSync(SCHEDULED_NS)) return performance.now();
  return Number(readFileSync(SCHEDULED_NS, 'latin1').split(' ', 1)[0]) / 1e6;
}

/** The number of alternatives of a schema that are tried. */
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

/** Builds a request from valid arguments, for the first alternatives that have some. */
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
      // Required parameters that were left out have their only value, or their default.
      return { request, args: { ...operation.check(args).args, ...args } };
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
