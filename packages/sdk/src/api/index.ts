import type { components } from './schema.js';

type Schemas = components['schemas'];

/** A confirmation that the user has to give before a call is sent. */
export type Confirmation = Schemas['ConfirmationDto'];
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
/** A link with which the user signs in. */
export type SignInOffer = Schemas['SignInOfferDto'];
