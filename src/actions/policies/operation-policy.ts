import type { JsonValue } from '@countersign/openapi';

/** Bounds of the response of an operation, as the builder of the action sets them. */
export interface ResponseBounds {
  /** JSON Pointers of the values to keep; `*` stands for every element of a list. Everything is kept if there are none. */
  readonly keep?: readonly string[];
  /** JSON Pointers of the values to leave out, after {@link keep}. */
  readonly drop?: readonly string[];
  /** The number of elements that each list is cut to. */
  readonly maxItems?: number;
}

/** The part of an operation's policy that a call obeys once its request is built. */
export interface CallPolicy {
  readonly response?: ResponseBounds;
  /** Follows redirects of GET and HEAD to the same origin. */
  readonly followRedirects?: boolean;
  /** Returns whether a path of the server belongs to an operation that the policy disables. */
  isDisabledPath(method: string, path: string): boolean;
}

/** The value of an argument that every call of an operation has: a constant, or a value of the call. */
export type FixedValue = { readonly constant: JsonValue } | { readonly from: FixedValueSource };

/** `connection.<name>` is a value that the provider returned with the sign-in of the call's user. */
export type FixedValueSource = 'user' | 'conversation_id' | `connection.${string}`;

/** The values of fixed arguments by JSON Pointer into the arguments. No pointer leads into another. */
export type FixedArguments = Readonly<Record<string, FixedValue>>;

/** The policy of an operation, as the builder of the action sets it. Absent members are as the document says. */
export interface OperationPolicy {
  readonly enabled?: boolean;
  /** The name for models. */
  readonly name?: string;
  /** The description for models. */
  readonly description?: string;
  readonly confirmation?: 'always' | 'document' | 'never';
  readonly fixedArguments?: FixedArguments;
  readonly response?: ResponseBounds;
  readonly followRedirects?: boolean;
}
