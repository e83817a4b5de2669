import type { OperationPolicy } from '../queries/policies';

/** The policy of an operation, as the inputs of its form hold it. */
export interface PolicyDraft {
  enabled: boolean;
  name: string;
  description: string;
  confirmation: NonNullable<OperationPolicy['confirmation']>;
  /** JSON. */
  fixedArguments: unknown;
  /** One JSON pointer per line. */
  keep: string;
  drop: string;
  maxItems: number | '';
  followRedirects: boolean;
}

export function toDraft(policy: OperationPolicy = {}): PolicyDraft {
  const { enabled, name, description, confirmation, fixed_arguments, response, follow_redirects } = policy;
  return {
    enabled: enabled ?? true,
    name: name ?? '',
    description: description ?? '',
    confirmation: confirmation ?? 'document',
    fixedArguments: fixed_arguments,
    keep: (response?.keep ?? []).join('\n'),
    drop: (response?.drop ?? []).join('\n'),
    maxItems: response?.max_items ?? '',
    followRedirects: follow_redirects ?? false,
  };
}

/** Returns the policy without members that change nothing, `undefined` if there are no others. */
export function toPolicy(draft: PolicyDraft): OperationPolicy | undefined {
  const [keep, drop] = [lines(draft.keep), lines(draft.drop)];
  const response = {
    ...(keep.length > 0 && { keep }),
    ...(drop.length > 0 && { drop }),
    ...(draft.maxItems !== '' && { max_items: draft.maxItems }),
  };
  const policy: OperationPolicy = {
    ...(!draft.enabled && { enabled: false }),
    ...(draft.name.trim() !== '' && { name: draft.name.trim() }),
    ...(draft.description.trim() !== '' && { description: draft.description.trim() }),
    ...(draft.confirmation !== 'document' && { confirmation: draft.confirmation }),
    ...(draft.fixedArguments !== undefined && {
      fixed_arguments: draft.fixedArguments as OperationPolicy['fixed_arguments'],
    }),
    ...(Object.keys(response).length > 0 && { response }),
    ...(draft.followRedirects && { follow_redirects: true }),
  };
  return Object.keys(policy).length > 0 ? policy : undefined;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
