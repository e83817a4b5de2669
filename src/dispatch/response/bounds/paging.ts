import { objectMember, pointerTo, type CompiledOperation } from '@countersign/openapi';

/** Names of arguments that set the number of items, without case and punctuation. */
const SIZES = new Set(
  'limit pagesize perpage size count top maxresults maxitems maxrecords pagelimit take rows'.split(' '),
);

/** Names of arguments that say where the items begin. */
const POSITIONS = new Set(
  [
    'page pagenumber pageno pageindex pagenum pageoffset offset skip start startat startindex startingafter',
    'cursor pagecursor startcursor nextcursor after pageafter next nexttoken pagetoken nextpagetoken nextpage',
    'continuationtoken continuation continue marker exclusivestartkey scrollid bookmark',
  ]
    .join(' ')
    .split(' '),
);

export type PagedOperation = Pick<CompiledOperation, 'parameters' | 'argumentsSchema'>;

/**
 * Describes how the arguments of an operation page through its items.
 *
 * @param fixed JSON pointers of arguments that the policy of the operation sets
 * @returns `undefined` if the caller can set no such argument
 */
export function pagingHint(operation: PagedOperation, fixed: readonly string[] = []): string | undefined {
  const inQuery = operation.parameters.filter(({ location }) => location === 'query');
  const names = [
    ...inQuery.map(({ argument, name }) => ({ pointer: pointerTo('', argument), argument, name })),
    ...bodyMembers(operation).map((name) => ({ pointer: pointerTo('/body', name), argument: `body.${name}`, name })),
  ].filter(({ pointer }) => !fixed.includes(pointer));
  const among = (known: ReadonlySet<string>) =>
    names
      .filter(({ name }) => known.has(name.toLowerCase().replaceAll(/[^a-z]/g, '')))
      .map(({ argument }) => `\`${argument}\``);
  const [sizes, positions] = [among(SIZES), among(POSITIONS)];
  const hints = [
    ...(positions.length > 0 ? [`get the next items with ${positions.join(' or ')}`] : []),
    ...(sizes.length > 0 ? [`ask for fewer items with ${sizes.join(' or ')}`] : []),
  ];
  return hints.length === 0 ? undefined : hints.join(', or ');
}

function bodyMembers({ argumentsSchema }: PagedOperation): string[] {
  const body = objectMember(objectMember(argumentsSchema, 'properties'), 'body');
  return Object.keys(objectMember(body, 'properties') ?? {});
}
