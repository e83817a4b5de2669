export type { Confirmation, Connection, FieldError, McpToken, SignIn, SignInOffer } from './api/index.js';
export { Countersign, type CountersignOptions } from './client.js';
export { CountersignError } from './errors.js';
export type { PendingCall, PendingConfirmation, PendingSignIn, RunOptions, ToolCallsOutcome } from './outcome.js';
export type { SettledOutcome, SettleOptions } from './settle.js';
export type { AnthropicTool, GeminiTool, McpTool, OpenAiResponsesTool, OpenAiTool, ToolsOptions } from './tools.js';
export type { AnthropicResult, OpenAiResponsesResult, OpenAiResult, ToolCallResult, Turn } from './turn.js';
