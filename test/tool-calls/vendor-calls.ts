/** A tool call without the form of a vendor. */
export interface PlainCall {
  id: string;
  name: string;
  args?: unknown;
}

const json = (args: unknown) => (typeof args === 'string' ? args : JSON.stringify(args ?? {}));

/** The forms in which vendors send tool calls, and what their results look like. */
export const VENDORS = {
  openai: {
    calls: (...calls: PlainCall[]) =>
      calls.map(({ id, name, args }) => ({ id, type: 'function', function: { name, arguments: json(args) } })),
    result: (id: string, content: unknown, isError = false) => ({
      role: 'tool',
      tool_call_id: id,
      content: isError ? `Error: ${String(content)}` : content,
    }),
  },
  openai_responses: {
    calls: (...calls: PlainCall[]) =>
      calls.map(({ id, name, args }) => ({
        type: 'function_call',
        id: `fc_${id}`,
        call_id: id,
        name,
        arguments: json(args),
      })),
    result: (id: string, output: unknown, isError = false) => ({
      type: 'function_call_output',
      call_id: id,
      output: isError ? `Error: ${String(output)}` : output,
    }),
  },
  anthropic: {
    calls: (...calls: PlainCall[]) =>
      calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args ?? {} })),
    result: (id: string, content: unknown, isError = false) => ({
      type: 'tool_result',
      tool_use_id: id,
      content,
      ...(isError && { is_error: true }),
    }),
  },
} as const;

export type VendorName = keyof typeof VENDORS;
export const VENDOR_NAMES = Object.keys(VENDORS) as VendorName[];
