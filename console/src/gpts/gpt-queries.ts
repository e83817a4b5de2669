import { useQuery } from '@tanstack/react-query';
import { all, api, type Schema } from '../api/api';

export type Gpt = Schema<'GptDto'>;

export type Action = Omit<Schema<'ActionDto'>, 'auth'> & {
  auth: { type: string; auth_type?: string; location?: string; [field: string]: unknown };
};

/** What is read of a GPT is kept below this: whoever changes its actions makes all of it be read again. */
export const gptKey = (gptId: string) => ['gpt', gptId] as const;

export function useGpt(gptId: string) {
  return useQuery({
    queryKey: [...gptKey(gptId), 'itself'],
    queryFn: ({ signal }) => api.get<Gpt>(`/v1/gpts/${gptId}`, signal),
  });
}

/** The oldest first: in the order in which their operations are tools. */
export function useActions(gptId: string) {
  return useQuery({
    queryKey: [...gptKey(gptId), 'actions'],
    queryFn: async ({ signal }) => {
      const actions = await all<Action>(`/v1/gpts/${gptId}/actions`, signal);
      return actions.toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : 1));
    },
  });
}
