import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS } from '../support/upstream.js';

export interface Finding {
  code: string;
  status: 'ok' | 'warning' | 'error';
  field: string | null;
  label: string | null;
  message: string;
  change: string | null;
  detail?: { tried?: Tried[]; said?: string };
}

interface Tried {
  token_exchange_method: string;
  authorization_content_type: string;
  verdict: string;
  status: number;
  said: string | null;
}

/** Result of a check. */
export class Checked {
  constructor(
    readonly status: string,
    readonly findings: Finding[],
  ) {}

  /** Findings with a status other than `ok`, as "status code field". */
  get complaints(): string[] {
    return this.findings
      .filter(({ status }) => status !== 'ok')
      .map(({ status, code, field }) => `${status} ${code} ${field}`)
      .toSorted();
  }

  get codes(): string[] {
    return this.findings.map(({ code }) => code);
  }

  finding(code: string): Finding {
    const found = this.findings.find((finding) => finding.code === code);
    if (!found) throw new Error(`finding ${code} is not in ${JSON.stringify(this.findings, null, 1)}`);
    return found;
  }

  /** Results of the token requests, in their order. */
  get tried(): string[] {
    const tried = this.findings.find(({ detail }) => detail?.tried)?.detail?.tried ?? [];
    return tried.map(({ token_exchange_method, authorization_content_type, verdict }) =>
      [token_exchange_method === 'default_post' ? 'body' : 'Basic', authorization_content_type.slice(12), verdict].join(
        ' ',
      ),
    );
  }
}

/** Checks the provider of an action. */
export async function check(gpt: TestGpt, { id }: { id: string }): Promise<Checked> {
  const { status, body } = await gpt.tenant.admin.post(`${gpt.path}/actions/${id}/auth/check`);
  if (status !== 200) throw new Error(`the check failed: ${JSON.stringify(body)}`);
  return new Checked(body.status, body.findings);
}

/**
 * Checks a schema in a new action.
 *
 * @param server server URL of the action's document
 */
export async function checkSchema(tenant: TestTenant, schema: object, server: string): Promise<Checked> {
  const gpt = await tenant.gpt();
  const servers = [{ url: server }];
  const document = { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, servers, paths: NOTES_PATHS };
  return check(gpt, await gpt.action(document, schema));
}
