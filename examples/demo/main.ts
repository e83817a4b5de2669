import { startNotesProvider, type NotesProvider } from '../notes-provider/index.js';
import { callForVisitor, mcpAccess, scenes, prepareStage, signInForVisitor, type Stage } from './scenes.js';
import { startServer, type DemoServer } from './server.js';
import { transcript } from './transcript.js';

const exitsByItself = process.argv.includes('--exit');

/** The current scene, for the error message. */
let current = 'start';

/** Functions that stop what was started, in the order of the starts. */
const cleanups: (() => Promise<unknown>)[] = [];

let finishing: Promise<never> | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void finish(0));

try {
  const provider = await startNotesProvider();
  cleanups.push(() => provider.close());
  const server = await startServer();
  cleanups.push(() => server.stop());
  transcript.note(`Countersign on ${server.url}, the example provider on ${provider.url}`);
  const stage = await play(server, provider);
  if (exitsByItself) showAccess(server, stage);
  else await stayUp(server, stage);
  await finish(0);
} catch (error) {
  if (!finishing) transcript.failed(current, error instanceof Error ? error.message : String(error));
  await finish(1);
}

async function play(server: DemoServer, provider: NotesProvider): Promise<Stage> {
  current = 'A tenant registers a GPT with three actions';
  transcript.step(1, current);
  const stage = await prepareStage(server.url, server.operatorKey, provider);
  for (const [index, { title, play: playScene }] of scenes(stage).entries()) {
    current = title;
    transcript.step(index + 2, title);
    await playScene();
  }
  return stage;
}

/** Prints how to open the GPT in the console. The key is not part of the URL, because browsers store URLs in their history. */
function showAccess(server: DemoServer, stage: Stage): void {
  console.log(`
   Console        ${server.url}/console
   Admin key      ${stage.adminKey}
`);
}

/** Prints how to connect an MCP client as the visitor. */
async function showMcp(stage: Stage): Promise<void> {
  const { url, token } = await mcpAccess(stage, 'you');
  console.log(`
   MCP URL        ${url}
   Token          ${token} (for the user "you", one day)
   Claude Code    claude mcp add --transport http notes ${url} --header "Authorization: Bearer ${token}"
   VS Code        code --add-mcp '{"name":"notes","type":"http","url":"${url}","headers":{"Authorization":"Bearer ${token}"}}'
                  Then ask for your notes: the client shows the sign-in link.`);
}

/** Keeps everything running, with a pending sign-in for the visitor to try. */
async function stayUp(server: DemoServer, stage: Stage): Promise<void> {
  current = 'Your turn';
  console.log('\nAll requests above were real. Now it is your turn: sign in, or open the GPT in the console.\n');
  let signIn = await signInForVisitor(stage);
  const showInvitation = () => {
    console.log(`
   Sign-in page   ${signIn.url}
                  (accepts any user name and password; the call continues here after you sign in)
   Swagger        ${server.url}/docs
   Log            ${server.logFile}
   Operator key   ${server.operatorKey}`);
    showAccess(server, stage);
    console.log('   Ctrl+C stops the demo and deletes its data.\n');
  };
  await showMcp(stage);
  showInvitation();
  for (;;) {
    if (!(await callForVisitor(stage, signIn))) continue;
    signIn = await signInForVisitorAgain(stage);
    showInvitation();
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

/** Stops everything, once. Failures while stopping do not change the exit code. */
function finish(status: number): Promise<never> {
  finishing ??= (async () => {
    for (const cleanUp of cleanups.toReversed()) await cleanUp();
    process.exit(status);
  })();
  return finishing;
}
