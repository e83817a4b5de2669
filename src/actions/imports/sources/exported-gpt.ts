import {
  type Finding,
  isObject,
  type JsonObject,
  type JsonValue,
  type Located,
  member,
  objectMember,
  stringMember,
} from '@countersign/openapi';

/**
 * The objects that may hold the tools of a GPT or say something about it: ChatGPT's editor, its API and the data export wrap the same members
 * differently.
 */
const WRAPPERS = [[], ['gizmo'], ['resource'], ['gizmo', 'gizmo'], ['resource', 'gizmo']];

/** The members of a GPT that are no tools, each with what to do about it. */
const OTHER_MEMBERS: { code: string; path: readonly string[]; advice: (value: JsonValue) => string }[] = [
  {
    code: 'instructions',
    path: ['instructions'],
    advice: () =>
      'MCP clients do not read instructions from the server: give them to the assistant itself, and keep a copy with PATCH /v1/gpts/{gpt_id}',
  },
  {
    code: 'name_and_description',
    path: ['display', 'name'],
    advice: () => 'the GPT keeps its own name and description: change them with PATCH /v1/gpts/{gpt_id}',
  },
  {
    code: 'conversation_starters',
    path: ['display', 'prompt_starters'],
    advice: () =>
      'conversation starters belong to the assistant: offer them there, for example as prompts or in a help text',
  },
  {
    code: 'knowledge_files',
    path: ['files'],
    advice: (files) =>
      `${(files as JsonValue[]).length} knowledge files belong to the assistant: download them from ChatGPT and upload them there, or offer their content by an operation of an API`,
  },
];

/** The tools of a GPT that the assistant itself provides, by type. */
const BUILT_IN_TOOLS: Record<string, [code: string, advice: string]> = {
  browser: ['web_search', 'web search is a tool of the assistant: switch it on there'],
  dalle: ['image_generation', 'image generation is a tool of the assistant: switch it on there'],
  python: ['code_interpreter', 'running code is a tool of the assistant: switch it on there'],
  canvas: ['canvas', 'the canvas is a part of ChatGPT: use what the assistant has in its place'],
};

/** Whether a source is a GPT as ChatGPT exports it. */
export function isExportedGpt(source: JsonObject): boolean {
  return listOfTools(source) !== undefined || ['gizmo', 'resource'].some((name) => isObject(member(source, name)));
}

/** Returns the tools of a GPT, and where the list of them is, or would be. */
export function toolsOf(source: JsonObject): { tools: Located[]; pointer: string } {
  const list = listOfTools(source) ?? { value: [], pointer: '/tools' };
  return {
    tools: list.value.map((value, index) => ({ value, pointer: `${list.pointer}/${index}` })),
    pointer: list.pointer,
  };
}

/** Describes a tool that is no action. */
export function otherTool({ value, pointer }: Located): Finding {
  const type = stringMember(value, 'type') ?? '';
  const [code, message] = BUILT_IN_TOOLS[type] ?? [
    'other_tool',
    'only tools of type plugins_prototype are actions: use what the assistant offers in place of this one',
  ];
  return { code, message, pointer };
}

/** Lists what a GPT has besides its tools. */
export function otherMembers(source: JsonObject): Finding[] {
  const places = placesIn(source);
  return OTHER_MEMBERS.flatMap(({ code, path, advice }) => {
    const [found] = places.flatMap(({ value, pointer }) => {
      const content = path.reduce<JsonValue | undefined>(member, value);
      const isEmpty = !(Array.isArray(content) || typeof content === 'string') || content.length === 0;
      return isEmpty ? [] : [{ code, message: advice(content), pointer: [pointer, ...path].join('/') }];
    });
    return found ?? [];
  });
}

function listOfTools(source: JsonObject): Located<JsonValue[]> | undefined {
  for (const { value, pointer } of placesIn(source)) {
    const tools = member(value, 'tools');
    if (Array.isArray(tools)) return { value: tools, pointer: `${pointer}/tools` };
  }
  return undefined;
}

function placesIn(source: JsonObject): Located<JsonObject>[] {
  return WRAPPERS.flatMap((path) => {
    const value = path.reduce<JsonObject | undefined>(objectMember, source);
    return value === undefined ? [] : [{ value, pointer: path.map((name) => `/${name}`).join('') }];
  });
}
