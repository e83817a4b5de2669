import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { connectionQueries } from './connections';
import { gptQueries } from './gpts';
import { MAX_PAGE_SIZE, readAll } from './pagination';

export type Action = Schema<'ActionDto'>;
export type Operation = Schema<'OperationDto'>;
export type ImportReport = Schema<'ImportReportDto'>;
export type StoredAuth = Schema<'AuthSchemaOutput'>;

/** A query whose result is edited: it is read once per form and never replaced behind it. */
const READ_ONCE = { staleTime: 0, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

/** The actions of a GPT. */
export const actionQueries = {
  /** All actions of a GPT, oldest first: the order in which their operations are tools. */
  list: (gptId: string) =>
    queryOptions({
      queryKey: [...gptQueries.detail(gptId).queryKey, 'actions', 'list'],
      queryFn: async ({ signal }) => {
        const params = (cursor?: string) => ({ path: { gpt_id: gptId }, query: { limit: MAX_PAGE_SIZE, cursor } });
        const actions = await readAll((cursor) =>
          send(api.GET('/v1/gpts/{gpt_id}/actions', { params: params(cursor), signal })),
        );
        return actions.toSorted(
          (a, b) => Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : 1),
        );
      },
    }),

  detail: (gptId: string, actionId: string) =>
    queryOptions({
      queryKey: [...gptQueries.detail(gptId).queryKey, 'actions', 'detail', actionId],
      queryFn: ({ signal }) => readAction(gptId, actionId, signal),
    }),

  /** The action as the authentication form edits it. Saving does not read it again. */
  forEditing: (gptId: string, actionId: string) =>
    queryOptions({
      ...READ_ONCE,
      queryKey: ['edited-action', gptId, actionId],
      queryFn: ({ signal }) => readAction(gptId, actionId, signal),
    }),

  /** The document as the editor edits it: its original text, or indented JSON if it was given as an object. */
  document: (gptId: string, actionId: string) =>
    queryOptions({
      ...READ_ONCE,
      queryKey: ['edited-document', gptId, actionId],
      queryFn: async ({ signal }) => {
        const { openapi_format } = await readAction(gptId, actionId, signal);
        const path = { gpt_id: gptId, action_id: actionId };
        if (openapi_format !== null) {
          const source = '/v1/gpts/{gpt_id}/actions/{action_id}/openapi/source';
          return send(api.GET(source, { params: { path }, parseAs: 'text', signal }));
        }
        const document = await send(
          api.GET('/v1/gpts/{gpt_id}/actions/{action_id}/openapi', { params: { path }, signal }),
        );
        return `${JSON.stringify(document, null, 2)}\n`;
      },
    }),
};

/** The operations that are tools. */
export function enabledOperations({ operations }: Action): Operation[] {
  return operations.filter(({ enabled }) => enabled);
}

/** Whether users of an action sign in. */
export function hasSignIn({ auth }: Action): boolean {
  return auth.type === 'oauth' || (auth.type === 'api_key' && auth.per_user === true);
}

function readAction(gptId: string, actionId: string, signal: AbortSignal): Promise<Action> {
  const path = { gpt_id: gptId, action_id: actionId };
  return send(api.GET('/v1/gpts/{gpt_id}/actions/{action_id}', { params: { path }, signal }));
}

/** Marks everything that was read of a GPT as stale: its actions, tools and the GPT itself. */
export function invalidateGpt(queries: QueryClient, gptId: string): Promise<void> {
  return queries.invalidateQueries({ queryKey: gptQueries.detail(gptId).queryKey });
}

export function useCreateAction(gptId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'CreateActionDto'>) =>
      send(api.POST('/v1/gpts/{gpt_id}/actions', { params: { path: { gpt_id: gptId } }, body })),
    onSuccess: () => invalidateGpt(queries, gptId),
  });
}

/** Imports actions. The request may contain secrets, so nothing of it is cached. */
export function useImportActions(gptId: string) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'ImportDto'>) =>
      send(api.POST('/v1/gpts/{gpt_id}/imports', { params: { path: { gpt_id: gptId } }, body })),
    onSuccess: () => invalidateGpt(queries, gptId),
  });
}

export function useUpdateAction(gptId: string, actionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'UpdateActionDto'>) => {
      const path = { gpt_id: gptId, action_id: actionId };
      return send(api.PATCH('/v1/gpts/{gpt_id}/actions/{action_id}', { params: { path }, body }));
    },
    onSuccess: (action) => {
      queries.setQueryData(actionQueries.detail(gptId, actionId).queryKey, action);
      return invalidateGpt(queries, gptId);
    },
  });
}

/** Changes the server of an action. The request may contain secrets, so nothing of it is cached. */
export function useChangeServer({ gpt_id: gptId, id: actionId }: Action) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'UpdateActionDto'>) => {
      const path = { gpt_id: gptId, action_id: actionId };
      return send(api.PATCH('/v1/gpts/{gpt_id}/actions/{action_id}', { params: { path }, body }));
    },
    onSuccess: (action) => {
      queries.setQueryData(actionQueries.detail(gptId, actionId).queryKey, action);
      // Its connections have ended.
      return Promise.all([
        invalidateGpt(queries, gptId),
        queries.invalidateQueries({ queryKey: connectionQueries.all() }),
      ]);
    },
  });
}

export function useDeleteAction({ gpt_id: gptId, id: actionId }: Action) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => {
      const path = { gpt_id: gptId, action_id: actionId };
      return send(api.DELETE('/v1/gpts/{gpt_id}/actions/{action_id}', { params: { path } }));
    },
    // The page of the deleted action is still open: only mark its queries as stale.
    onSuccess: () => queries.invalidateQueries({ queryKey: gptQueries.detail(gptId).queryKey, refetchType: 'none' }),
  });
}

/** Saves an authentication schema. It contains secrets, so nothing of it is cached. */
export function useSaveAuth({ gpt_id: gptId, id: actionId }: Action) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'AuthSchemaInput'>) => {
      const path = { gpt_id: gptId, action_id: actionId };
      return send(api.PUT('/v1/gpts/{gpt_id}/actions/{action_id}/auth', { params: { path }, body }));
    },
    onSuccess: () =>
      Promise.all([invalidateGpt(queries, gptId), queries.invalidateQueries({ queryKey: connectionQueries.all() })]),
  });
}

/** Checks the provider with the stored schema. */
export function useCheckAuth({ gpt_id: gptId, id: actionId }: Action) {
  return useMutation({
    gcTime: 0,
    mutationFn: () => {
      const path = { gpt_id: gptId, action_id: actionId };
      return send(api.POST('/v1/gpts/{gpt_id}/actions/{action_id}/auth/check', { params: { path } }));
    },
  });
}
