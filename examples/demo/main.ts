import { startNotesProvider } from '../notes-provider/index.js';
import { callForVisitor, scenes, setTheStage, signInForVisitor, type Stage } from './scenes.js';
import { startServer, type DemoServer } from './server.js';
import { transcript } from './transcript.js';

const endsByItself = process.argv.includes('--exit');

/** What is going on, for the message when it goes wrong. */
let current = 'start';

/** What has to be ended at the end, last started first. */
const endings: (() => Promise<unknown>)[] = [];

let ending: Promise<never> | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void finish(0));

try {
  const provider = await startNotesProvider();
  endings.push(() => provider.close());
  const server = await startServer();
  endings.push(() => server.stop());
  transcript.note(`Countersign on ${server.url}, the example provider on ${provider.url}`);
  const stage = await play(server, provider);
  if (!endsByItself) await stayUp(server, stage);
  await finish(0);
} catch (error) {
  if (!ending) transcript.failed(current, error instanceof Error ? error.message : String(error));
  await finish(1);
}

async function play(server: DemoServer, provider: Parameters<typeof setTheStage>[2]): Promise<Stage> {
  current = 'A tenant registers a GPT with three actions';
  transcript.step(1, current);
  const stage = await setTheStage(server.url, server.operatorKey, provider);
  for (const [index, { title, play: playScene }] of scenes(stage).entries()) {
    current = title;
    transcript.step(index + 2, title);
    await playScene();
  }
  return stage;
}

/** Leaves everything running, and a sign-in open for whoever would like to try it. */
async function stayUp(server: DemoServer, stage: Stage): Promise<void> {
  current = 'Your turn';
  console.log('\nEverything above was real. Now you:\n');
  let signIn = await signInForVisitor(stage);
  const invite = () => {
    console.log(`
   Sign-in page   ${signIn.url}
                  (any user name and password will do; the call goes on here when you have signed in)
   Swagger        ${server.url}/docs
   Operator key   ${server.operatorKey}
   Log            ${server.logFile}

   Ctrl+C ends the demo and removes what it made.
`);
  };
  invite();
  for (;;) {
    if (!(await callForVisitor(stage, signIn))) continue;
    signIn = await signInForVisitorAgain(stage);
    invite();
  }
}

async function signInForVisitorAgain(stage: Stage): Promise<Awaited<ReturnType<typeof signInForVisitor>>> {
  const { data } = await stage.runtime.send<{ data: { id: string; status: string }[] }>(
    'GET',
    '/v1/connections?user=you',
  );
  const active = data.find(({ status }) => status === 'active');
  if (active) await stage.runtime.send('DELETE', `/v1/connections/${active.id}`);
  return signInForVisitor(stage);
}

/** Ends everything, once: what fails because things are ending is no failure. */
function finish(status: number): Promise<never> {
  ending ??= (async () => {
    for (const end of endings.toReversed()) await end();
    process.exit(status);
  })();
  return ending;
}
