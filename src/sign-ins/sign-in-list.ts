import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, MoreThan, type FindOptionsWhere } from 'typeorm';
import { Action } from '../actions/index.js';
import { Clock, pageOf, type Page, type TenantCaller } from '../common/index.js';
import { Database, toTheLetter, type TenantStore } from '../database/index.js';
import { Traces } from '../traces/index.js';
import { SignIn, type SignInStatus } from './sign-in.entity.js';
import { isOpen, signInView, type ListedSignInDto, type SignInListQuery } from './sign-ins.dto.js';

const OPEN: SignInStatus[] = ['pending', 'awaiting_verification'];

/** The sign-ins of a tenant's users, for who looks for the one that went wrong. */
@Injectable()
export class SignInList {
  constructor(
    private readonly database: Database,
    private readonly traces: Traces,
    private readonly clock: Clock,
  ) {}

  page({ tenantId }: TenantCaller, query: SignInListQuery): Promise<Page<ListedSignInDto>> {
    const now = this.clock.now();
    return this.database.tenant(tenantId).read(async (store) => {
      const { data, next_cursor } = pageOf(
        await store.page(SignIn, whereOf(query, now), query),
        query.limit,
        (row) => row,
      );
      const ids = data.map(({ id }) => id);
      const [domains, codes] = [await domainsOf(store, data), await this.traces.diagnosisCodes(store, ids)];
      const view = (row: SignIn): ListedSignInDto => ({
        ...signInView(row, now),
        domain: domains.get(row.actionId) ?? '',
        ended_at: row.endedAt?.toISOString() ?? null,
        diagnosis_code: codes.get(row.id) ?? null,
      });
      return { data: data.map(view), next_cursor };
    });
  }
}

function whereOf({ user, gpt_id: gptId, action_id: actionId, status }: SignInListQuery, now: Date) {
  const where: FindOptionsWhere<SignIn> = {
    ...(user !== undefined && { user: toTheLetter(user) }),
    ...(gptId !== undefined && { gptId }),
    ...(actionId !== undefined && { actionId }),
    ...statusWhere(status, now),
  };
  return where;
}

/** `expired` stands in no row: it is what an open sign-in becomes when its time is over. */
function statusWhere(status: SignInListQuery['status'], now: Date): FindOptionsWhere<SignIn> {
  if (status === undefined) return {};
  if (status === 'expired') return { status: In(OPEN), expiresAt: LessThanOrEqual(now) };
  return isOpen(status) ? { status, expiresAt: MoreThan(now) } : { status };
}

async function domainsOf({ manager, tenantId }: TenantStore, rows: SignIn[]): Promise<Map<string, string>> {
  const id = In([...new Set(rows.map(({ actionId }) => actionId))]);
  const actions = await manager.find(Action, { select: { id: true, domain: true }, where: { tenantId, id } });
  return new Map(actions.map((action) => [action.id, action.domain]));
}
