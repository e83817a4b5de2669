import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { canonicalJson } from '@countersign/openapi';
import { IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import { Clock, digest, randomSecret, RecurringJobs, type TenantCaller } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, isDuplicate, LONG } from '../../database/index.js';
import type { Call, Confirmation } from '../../dispatch/index.js';
import { WaitSlots } from '../../sign-ins/index.js';
import { Vault, type SealContext } from '../../vault/index.js';
import { shorten, shownArguments } from '../elicitation/questions.js';
import { McpSignals } from '../elicitation/signals.js';
import { clientKindOf, type ClientKind, type McpPrincipal } from '../principals/access-tokens.js';
import { AgreementRefusedError } from './agreement-refused.error.js';
import { McpAgreement } from './mcp-agreement.entity.js';

const LIFETIME_MS = 600_000;
const SWEEP_INTERVAL_MS = 600_000;

/** Characters of the arguments that the page shows. The column holds 64 KiB. */
const MAX_SHOWN_CHARACTERS = 8000;

/** What the page shows, and the secret of its link. */
export interface AgreementContent {
  ticket: string;
  user?: string;
  /** Kind of the client that shows the link; absent for keys and user tokens. Who opens the page is verified for the others. */
  shownBy?: ClientKind;
  domain: string;
  method: string;
  url: string;
  summary: string;
  arguments: string;
}

/** A call whose page can be shown. */
export interface OpenAgreement {
  row: McpAgreement;
  content: AgreementContent;
}

/** A call that waits for the answer on its page. */
export interface Asked {
  ticket: string;
  url: string;
}

/**
 * Agreements of users to consequential calls, given on a page, for clients that cannot ask. While one is pending, the same call gets the same
 * link; once the user has agreed, the call is made when it is repeated, and the agreement is used up.
 */
@Injectable()
export class Agreements implements BeforeApplicationShutdown {
  private readonly slots = new WaitSlots();
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly signals: McpSignals,
    jobs: RecurringJobs,
  ) {
    jobs.add('expired agreements', SWEEP_INTERVAL_MS, () => this.sweep());
  }

  /** Ends all waits so that the process can stop. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** Uses up the agreement to a call. @returns whether there was one */
  async redeem(call: Call, principal: McpPrincipal): Promise<boolean> {
    const { tenantId } = principal.caller;
    const where = {
      callDigest: digestOf(call, principal),
      answer: 'agreed' as const,
      expiresAt: MoreThan(this.clock.now()),
    };
    // Most calls have none; a read does not wait for other writers.
    if (!(await this.database.tenant(tenantId).read((store) => store.exists(McpAgreement, where)))) return false;
    const until = call.deadline;
    return (await this.database.tenant(tenantId).write((store) => store.delete(McpAgreement, where), { until })) === 1;
  }

  /** Returns the link to the page that asks for a call; `declined` if the user has declined it since the call was made last. */
  async ask(call: Call, confirmation: Confirmation, principal: McpPrincipal): Promise<Asked | 'declined'> {
    const { tenantId } = principal.caller;
    const callDigest = digestOf(call, principal);
    const tenant = this.database.tenant(tenantId);
    const existing = await tenant.read((store) => store.findOne(McpAgreement, { callDigest }));
    const isOpen = existing !== null && existing.expiresAt > this.clock.now();
    if (isOpen && existing.answer === null) return this.asked(existing);
    const row = await this.newRow(call, confirmation, principal);
    try {
      await tenant.write(async (store) => {
        if (existing) await store.delete(McpAgreement, { callDigest, ticketDigest: existing.ticketDigest });
        if (!(isOpen && existing.answer === 'declined')) await store.insert(McpAgreement, [row.values]);
      });
    } catch (error) {
      // The same call was made twice at the same time.
      if (!isDuplicate(error)) throw error;
      return this.ask(call, confirmation, principal);
    }
    return isOpen && existing.answer === 'declined' ? 'declined' : { ticket: row.ticket, url: this.urlOf(row.ticket) };
  }

  /** @throws {AgreementRefusedError} the link is unknown, has expired, or was answered */
  async find(ticket: string): Promise<OpenAgreement> {
    const where = { ticketDigest: digest(ticket) };
    const row = await this.database.read((manager) => manager.findOneBy(McpAgreement, where));
    if (!row?.content) throw new AgreementRefusedError('unknown');
    if (row.expiresAt <= this.clock.now()) throw new AgreementRefusedError('expired', row.tenantId);
    if (row.answer !== null) throw new AgreementRefusedError('answered', row.tenantId);
    return { row, content: await this.vault.unsealJson<AgreementContent>(contextOf(row), row.content) };
  }

  /** Records the user's decision, which cannot be changed. @throws {AgreementRefusedError} the link was answered meanwhile */
  async answer({ row }: OpenAgreement, answer: 'agreed' | 'declined'): Promise<void> {
    const { tenantId, callDigest, ticketDigest } = row;
    const changes = { answer, expiresAt: this.clock.in(LIFETIME_MS) };
    const isFirst = await this.database.tenant(tenantId).write(async (store) => {
      const open = { callDigest, ticketDigest, answer: IsNull() };
      if ((await store.update(McpAgreement, open, changes)) === 0) return false;
      await this.signals.record(store, ticketDigest, answer);
      return true;
    });
    if (!isFirst) throw new AgreementRefusedError('answered', tenantId);
    this.signals.announce(tenantId, ticketDigest, answer);
  }

  /**
   * Waits until a page is answered or expires; not at all if too many requests of the caller's key or tenant wait already.
   *
   * @param signals end the wait early
   * @returns whether the page is still open
   */
  async waitForAnswer(ticket: string, caller: TenantCaller, signals: readonly AbortSignal[]): Promise<boolean> {
    const ticketDigest = digest(ticket);
    const done = new AbortController();
    const until = AbortSignal.any([...signals, this.stopping.signal, done.signal]);
    const free = until.aborted ? undefined : this.slots.take(caller);
    if (!free) return this.isOpen(ticketDigest);
    try {
      // Listens before it looks, so that no answer is missed.
      const answered = this.signals.next(caller.tenantId, ticketDigest, until);
      if (!(await this.isOpen(ticketDigest))) return false;
      await answered;
      return await this.isOpen(ticketDigest);
    } finally {
      done.abort();
      free();
    }
  }

  private async isOpen(ticketDigest: string): Promise<boolean> {
    const where = { ticketDigest, answer: IsNull(), expiresAt: MoreThan(this.clock.now()) };
    return this.database.read((manager) => manager.existsBy(McpAgreement, where));
  }

  private async asked({ content, ...row }: McpAgreement): Promise<Asked> {
    const { ticket } = await this.vault.unsealJson<AgreementContent>(contextOf(row), content ?? '');
    return { ticket, url: this.urlOf(ticket) };
  }

  private async newRow(call: Call, { domain, method, url, summary }: Confirmation, principal: McpPrincipal) {
    const { user, caller } = principal;
    const ticket = randomSecret();
    const callDigest = digestOf(call, principal);
    const shown = {
      domain,
      method,
      url: shorten(url, MAX_SHOWN_CHARACTERS),
      summary,
      arguments: shownArguments(call.arguments, MAX_SHOWN_CHARACTERS),
    };
    const shownBy = clientKindOf(principal);
    const content: AgreementContent = {
      ticket,
      ...(user !== undefined && { user }),
      ...(shownBy && { shownBy }),
      ...shown,
    };
    const values = {
      callDigest,
      gptId: call.action.gptId,
      ticketDigest: digest(ticket),
      content: await this.vault.sealJson(contextOf({ tenantId: caller.tenantId, callDigest }), content),
      answer: null,
      expiresAt: this.clock.in(LIFETIME_MS),
    };
    return { ticket, values };
  }

  private urlOf(ticket: string): string {
    return `${this.settings.publicUrl}/mcp/confirm/${ticket}`;
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.write((manager) => manager.delete(McpAgreement, { expiresAt: LessThanOrEqual(now) }), LONG);
  }
}

function contextOf({ tenantId, callDigest }: Pick<McpAgreement, 'tenantId' | 'callDigest'>): SealContext {
  return { tenantId, table: 'mcp_agreements', rowId: callDigest, column: 'content' };
}

/**
 * Includes the action's revision: an agreement does not apply to an action that has changed since. Clients with access tokens have agreements of
 * their own, because their links work in the user's browser only.
 */
function digestOf({ action, operation, arguments: args }: Call, principal: McpPrincipal): string {
  const { kind, id, user } = principal;
  const shownBy = clientKindOf(principal);
  const who = user === undefined ? [kind, id] : [user, ...(shownBy ? [shownBy] : [])];
  return digest(canonicalJson([action.id, action.revision, operation.operationId, who, args]));
}
