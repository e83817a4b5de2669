export type {
  AnthropicResult,
  Confirmation,
  ConnectedAccountsLink,
  Connection,
  FieldError,
  McpToken,
  OpenAiResponsesResult,
  OpenAiResult,
  SignIn,
  SignInOffer,
  SkippedCall,
  VerifiedMcpAuthorization,
  VerifiedSignIn,
} from './api/index.js';
export { Countersign, type CountersignOptions, type VerifiedBrowser } from './client.js';
export { CountersignError } from './errors.js';
export type { PendingCall, PendingConfirmation, PendingSignIn, RunOptions, ToolCallsOutcome } from './outcome.js';
export type { SettledOutcome, SettleOptions } from './settle.js';
export type { AnthropicTool, GeminiTool, McpTool, OpenAiResponsesTool, OpenAiTool, ToolsOptions } from './tools.js';
export type { ToolCallResult, Turn } from './turn.js';
