import { Injectable } from '@nestjs/common';
import { CountersignError } from '../../common/index.js';
import type { Finding } from '../../openapi/index.js';
import { AuthSelections, type AuthSelection } from '../../auth-registry/index.js';
import type { ForeignAuth } from './auth-form.js';
import { absentFields, blameForm, isAbsent, mergeAuth, type MergedAuth } from './merged-auth.js';

/** The action that is being made: its secrets are sealed to it. */
export interface ActionPlace {
  tenantId: string;
  gptId: string;
  id: string;
}

/** The schema of an action that comes from a form. */
export interface SelectedAuth {
  selection: AuthSelection;
  suggestedAuth: Record<string, unknown> | null;
  warnings: Finding[];
}

/** Selects what a form says of authentication, where all that takes is there. */
@Injectable()
export class ImportedAuth {
  constructor(private readonly selections: AuthSelections) {}

  /**
   * @param auth what the form says
   * @param own what the client wants otherwise, as it was written at `/auth`
   * @param suggestion what the document says
   * @returns the schema; or `none`, and a suggestion that has all but what is missing. Half a credential would be worse than none: whoever
   *   calls is told by the API that it wants one
   * @throws {CountersignError} `invalid_request`, or `invalid_import` where the form and not the client is wrong; `discovery_failed`
   */
  async select(
    auth: ForeignAuth,
    own: Record<string, unknown>,
    place: ActionPlace,
    suggestion: Record<string, unknown> | null,
  ): Promise<SelectedAuth> {
    const merged = mergeAuth(auth, own);
    const warnings = merged.form?.warnings ?? [];
    const attempt = await this.attempt(merged, own, place, suggestion);
    if ('selection' in attempt) return { ...attempt, suggestedAuth: suggestion, warnings };
    const outline = await this.selections.outline(merged.fields, suggestion);
    const missing = [...auth.needs, ...attempt.lacks].filter((name) => isAbsent(outline, name));
    return {
      selection: await this.selections.select({ type: 'none' }, '/auth', place),
      suggestedAuth: outline,
      warnings: [...warnings, credentialsMissing([...new Set(missing)], place, auth.pointer)],
    };
  }

  private async attempt(
    merged: MergedAuth,
    own: object,
    place: ActionPlace,
    suggestion: Record<string, unknown> | null,
  ): Promise<{ selection: AuthSelection } | { lacks: readonly string[] }> {
    const { fields, form } = merged;
    try {
      const selection = await this.selections.select(fields, '/auth', place, { suggestion });
      // A client that has none writes null.
      const withheld = (form?.withheld ?? []).filter((name) => fields[name] === undefined);
      return withheld.length > 0 ? { lacks: withheld } : { selection };
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      const absent = form && absentFields(error, fields);
      if (!absent) throw blameForm(error, merged, own);
      return { lacks: absent };
    }
  }
}

function credentialsMissing(names: string[], { gptId, id }: ActionPlace, pointer: string): Finding {
  const path = `/v1/gpts/${gptId}/actions/${id}/auth`;
  const message = `the action has no authentication yet: PUT ${path} takes ${names.join(', ')}; all else is in suggested_auth`;
  return { code: 'credentials_missing', message, pointer };
}
