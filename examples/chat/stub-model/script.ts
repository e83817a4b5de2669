/** A call that the model asks for. */
export interface ScriptedCall {
  id: string;
  name: string;
  arguments: object;
}

/** The results of a conversation's calls, as far as it has come, by id. */
export type Results = ReadonlyMap<string, string>;

const TURNS: ScriptedCall[][] = [
  [
    { id: 'call_weather', name: 'getWeather', arguments: { town: 'Lisbon' } },
    { id: 'call_list', name: 'listNotes', arguments: {} },
  ],
  [{ id: 'call_create', name: 'createNote', arguments: { body: { title: 'Milk', text: 'Two litres' } } }],
  [{ id: 'call_again', name: 'listNotes', arguments: {} }],
];

/** A request that the vendor would answer with status 400. */
export class RefusedError extends Error {}

/**
 * Plays a model: it calls an API without authentication and one whose users sign in, then an operation that needs a confirmation, and reads what
 * came of it.
 *
 * @param asked ids of the calls in the conversation
 * @returns the next calls, or the final text
 * @throws {RefusedError} a call has no result, or a result no call, which vendors refuse too
 */
export function nextTurn(
  tools: readonly string[],
  asked: readonly string[],
  results: Results,
): ScriptedCall[] | string {
  const missing = asked.filter((id) => !results.has(id));
  if (missing.length > 0) throw new RefusedError(`calls without a result: ${missing.join(', ')}`);
  if (results.size > asked.length) throw new RefusedError('there are results without a call');
  const done = TURNS.findIndex((calls) => calls.some(({ id }) => !asked.includes(id)));
  const turn = TURNS[done === -1 ? TURNS.length : done];
  if (!turn) return `Your notes: ${results.get('call_again')}`;
  const unknown = turn.filter(({ name }) => !tools.includes(name));
  if (unknown.length > 0) throw new RefusedError(`no tool: ${unknown.map(({ name }) => name).join(', ')}`);
  return turn;
}
