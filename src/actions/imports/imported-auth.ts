import { Injectable } from '@nestjs/common';
import { CountersignError } from '../../common/index.js';
import type { Finding } from '@countersign/openapi';
import { AuthSelections, markIncomplete, type ActionServer, type AuthSelection } from '../../auth-registry/index.js';
import type { SourceAuth } from './sources/source-auth.js';
import { absentFields, pointErrorsAtSource, isAbsent, mergeAuth, type MergedAuth } from './merged-auth.js';

/** The action that is being created. Its secrets are sealed for it. */
export interface ActionIdentity {
  tenantId: string;
  gptId: string;
  id: string;
  server: Pick<ActionServer, 'domain' | 'serverUrl' | 'declaresHeader'>;
}

/** The authentication schema of an imported action. */
export interface SelectedAuth {
  selection: AuthSelection;
  suggestedAuth: Record<string, unknown> | null;
  warnings: Finding[];
}

/** Selects the authentication schema of an imported action if the source is complete. */
@Injectable()
export class ImportedAuth {
  constructor(private readonly selections: AuthSelections) {}

  /**
   * @param auth the settings of the source
   * @param own the client's own fields from `/auth`, which take precedence
   * @param suggestion the settings suggested by the document
   * @returns the selected schema; if fields are missing, the schema `none`, marked so that calls are refused, and a suggestion with everything
   *   else, because a call with half a credential would fail in less obvious ways
   * @throws {CountersignError} `invalid_request`; `invalid_import` if the error is in the source; `discovery_failed`
   */
  async select(
    auth: SourceAuth,
    own: Record<string, unknown>,
    place: ActionIdentity,
    suggestion: Record<string, unknown> | null,
  ): Promise<SelectedAuth> {
    const merged = mergeAuth(auth, own);
    const warnings = merged.source?.warnings ?? [];
    const attempt = await this.attempt(merged, own, place, suggestion);
    if ('selection' in attempt) {
      const action = { ...attempt.selection, ...place, ...place.server };
      await this.selections.checkForAction(action, '/auth').catch((error: unknown) => {
        throw error instanceof CountersignError ? pointErrorsAtSource(error, merged, own) : error;
      });
      return { ...attempt, suggestedAuth: suggestion, warnings };
    }
    const outline = await this.selections.outline(merged.fields, place.tenantId, suggestion);
    const missing = [...new Set([...auth.needs, ...attempt.lacks])].filter((name) => isAbsent(outline, name));
    return {
      selection: markIncomplete(await this.selections.select({ type: 'none' }, '/auth', place), missing),
      suggestedAuth: outline,
      warnings: [...warnings, credentialsMissing(missing, place, auth.pointer)],
    };
  }

  private async attempt(
    merged: MergedAuth,
    own: object,
    place: ActionIdentity,
    suggestion: Record<string, unknown> | null,
  ): Promise<{ selection: AuthSelection } | { lacks: readonly string[] }> {
    const { fields, source } = merged;
    try {
      const selection = await this.selections.select(fields, '/auth', place, { suggestion });
      // A client sends null for a credential that it does not have.
      const withheld = (source?.withheld ?? []).filter((name) => fields[name] === undefined);
      return withheld.length > 0 ? { lacks: withheld } : { selection };
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      const absent = source && absentFields(error, fields);
      if (!absent) throw pointErrorsAtSource(error, merged, own);
      return { lacks: absent };
    }
  }
}

function credentialsMissing(names: string[], { gptId, id }: ActionIdentity, pointer: string): Finding {
  const path = `/v1/gpts/${gptId}/actions/${id}/auth`;
  const message = `calls are refused until you send ${names.join(', ')} to PUT ${path}; the other fields are in suggested_auth`;
  return { code: 'credentials_missing', message, pointer };
}
