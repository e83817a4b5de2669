import type { components } from './schema.js';

type Schemas = components['schemas'];

/** The result of a call for Anthropic Messages. */
export type AnthropicResult = Schemas['AnthropicResultDto'];
/** The result of a call for OpenAI Chat Completions. */
export type OpenAiResult = Schemas['OpenAiResultDto'];
/** The result of a call for OpenAI Responses. */
export type OpenAiResponsesResult = Schemas['OpenAiResponsesResultDto'];
/** A call that waits for something, with a result of any vendor for the time being. */
export type AnyPendingCall = Schemas['PendingCallDto'];
/** A call of a tool that Countersign does not have. */
export type SkippedCall = Schemas['SkippedCallDto'];
/** A confirmation that the user has to give before a call is sent. */
export type Confirmation = Schemas['ConfirmationDto'];
/** A link to the page on which a user sees and disconnects their accounts. */
export type ConnectedAccountsLink = Schemas['ConnectedAccountsLinkDto'];
/** An end user's account at the provider of an action. */
export type Connection = Schemas['ConnectionDto'];
/** A mistake in the input. `pointer` is a JSON pointer (RFC 6901). */
export type FieldError = Schemas['FieldErrorDto'];
/** A token with which an MCP client acts for one user. */
export type McpToken = Schemas['McpTokenDto'];
/** A failure as the API describes it (RFC 9457). */
export type Problem = Schemas['ProblemDto'];
/** A sign-in and its status. */
export type SignIn = Schemas['SignInDto'];
/** The URL to redirect the browser to, once the user who authorizes an MCP client is verified. */
export type VerifiedMcpAuthorization = Schemas['VerifiedMcpAuthorizationDto'];
/** A sign-in whose user was verified, and the URL to redirect the browser to. */
export type VerifiedSignIn = Schemas['VerifiedSignInDto'];
/** A link with which the user signs in. */
export type SignInOffer = Schemas['SignInOfferDto'];
