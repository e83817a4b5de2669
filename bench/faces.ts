import { measure, median, type Contender, type Plan } from './support/measure.js';
import { withScene } from './support/scene.js';
import { apiKeyTarget, mcpTarget, toolCallsTarget } from './support/targets.js';

const PLAN: Plan = { rounds: 5, calls: 500, warmUp: 1500, concurrency: 16 };

/** The most that a request may cost relative to the same call through `call`; absent where no aim is set. */
const AIMS: Record<string, number> = { 'MCP tools/call': 1.5, 'tool_calls of 8': 8.5 };

/** Compares what a call costs through each entrance. */
export async function benchFaces(): Promise<void> {
  await withScene(async ({ countersign, upstreamUrl }) => {
    const call = await apiKeyTarget(countersign, upstreamUrl);
    const cpu = () => countersign.cpu();
    const contenders: Contender[] = [
      { name: 'call', target: call, cpu },
      { name: 'MCP tools/call', target: await mcpTarget(countersign, upstreamUrl), cpu },
      { name: 'tool_calls of 1', target: toolCallsTarget(call, 1), cpu },
      { name: 'tool_calls of 8', target: toolCallsTarget(call, 8), cpu },
      { name: '8, repeatable', target: toolCallsTarget(call, 8, true), cpu },
    ];
    const rounds = await measure(contenders, PLAN);
    console.log(
      `\nOne warm request: median of ${PLAN.rounds} rounds of ${PLAN.calls}, ${PLAN.concurrency} at a time\n`,
    );
    for (const [index, { name }] of contenders.entries()) {
      const costs = rounds.map((figures) => figures[index]?.microseconds ?? Number.NaN);
      const ratios = rounds.map(
        (figures, round) => (costs[round] ?? Number.NaN) / (figures[0]?.microseconds ?? Number.NaN),
      );
      const aim = AIMS[name] === undefined ? '' : `   aim: at most ${AIMS[name]}`;
      console.log(
        `${name.padEnd(18)}${median(costs).toFixed(0).padStart(8)} µs CPU${median(ratios).toFixed(2).padStart(8)} times a call${aim}`,
      );
    }
  });
}
