/** Headers that only the server sets, for the API to learn about the conversation: no parameter of an operation may. */
export const RESERVED_HEADERS = ['openai-*'] as const;
