import { Injectable } from '@nestjs/common';
import type { JsonValue } from '@countersign/openapi';
import { OperationPlans } from '../actions/index.js';
import {
  CountersignError,
  ForbiddenError,
  InvalidRequestError,
  Logger,
  randomText,
  type FieldError,
  type TenantCaller,
} from '../common/index.js';
import { Settings } from '../config/index.js';
import { TenantsService } from '../tenants/index.js';
import { readToolCalls } from './requests/read-tool-calls.js';
import { ResumeTokens } from './requests/resume-tokens.js';
import { KEPT_MS, ToolCallResults } from './store/tool-call-results.js';
import type { ToolCallsDto } from './tool-calls.dto.js';
import type { SettledCall } from './turns/settled-call.js';
import { resultKey, type Turn } from './turns/turn.js';
import { TurnRunner } from './turns/turn-runner.js';

/** What became of the calls of a turn. */
export interface SettledTurn {
  turn: Turn;
  calls: readonly SettledCall[];
  /** Absent if no call is pending, or if the results of the others could not be kept. */
  resume?: string;
}

/** Runs the tool calls of a model's turn, and goes on with turns that had to wait for the user. */
@Injectable()
export class ToolCallsService {
  constructor(
    private readonly plans: OperationPlans,
    private readonly tenants: TenantsService,
    private readonly runner: TurnRunner,
    private readonly results: ToolCallResults,
    private readonly resumeTokens: ResumeTokens,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {}

  /**
   * Reads the turn of a request.
   *
   * @throws {InvalidRequestError} with pointers
   * @throws {CountersignError} `forbidden`, `not_found`
   */
  async read(caller: TenantCaller, gptId: string, body: ToolCallsDto, signal: AbortSignal): Promise<Turn> {
    if (body.show_outcomes && caller.role !== 'admin') throw new ForbiddenError('show_outcomes requires an admin key');
    const maxValues = this.settings.call.maxRequestCharacters / 2;
    const { format, calls } = readToolCalls(body.tool_calls as JsonValue | undefined, maxValues);
    const ids = new Set(calls.map(({ id }) => id));
    const confirmations = Object.entries(body.confirmations ?? {});
    const declined = body.declined ?? [];
    const errors = [...confirmationErrors(confirmations, ids, declined), ...declinedErrors(declined, ids)];
    if (errors.length > 0) throw new InvalidRequestError(errors);
    const { user, return_url: returnUrl } = body;
    if (returnUrl !== undefined && !(await this.tenants.allowsReturnTo(caller.tenantId, returnUrl))) {
      throw InvalidRequestError.at('/return_url', "the URL's origin is not one of the tenant's return_url_origins");
    }
    // Also a turn without calls needs a GPT.
    await this.plans.tools(caller.tenantId, gptId);
    return {
      caller,
      gptId,
      format,
      calls,
      user,
      conversationId: body.conversation_id,
      returnUrl,
      confirmations: new Map(confirmations as [string, string][]),
      declined: new Set(declined),
      skipsUnknown: body.unknown_tools === 'skip',
      showsOutcomes: body.show_outcomes === true,
      id: await this.turnId({ caller, gptId, user }, body),
      signal,
    };
  }

  /** @throws {CountersignError} `unavailable`: it cannot be read which calls were made before */
  async run(turn: Turn): Promise<SettledTurn> {
    const calls = await this.runner.run(turn);
    const isPending = calls.some(({ is }) => is === 'pending');
    const id = turn.id ?? (isPending ? `turn ${randomText(26)}` : undefined);
    if (id === undefined || !(await this.keepResults(turn, id, calls)) || !isPending) return { turn, calls };
    return { turn, calls, resume: await this.resumeTokens.seal(turn, id, KEPT_MS) };
  }

  private async turnId(
    owner: Pick<Turn, 'caller' | 'gptId' | 'user'>,
    { resume, response_id: responseId }: ToolCallsDto,
  ): Promise<string | undefined> {
    const ofResponse = responseId === undefined ? undefined : `response ${responseId}`;
    if (resume === undefined) return ofResponse;
    const id = await this.resumeTokens.open(owner, resume);
    if (id === undefined) {
      throw InvalidRequestError.at(
        '/resume',
        'resume is invalid here or has expired: it belongs to one GPT, user and key; send the calls without it',
      );
    }
    const isOther = ofResponse !== undefined && id.startsWith('response ') && id !== ofResponse;
    if (isOther) throw InvalidRequestError.at('/resume', 'resume belongs to another response_id');
    return id;
  }

  /** Keeps results that were not stored before. @returns whether the turn can be repeated */
  private async keepResults(turn: Turn, id: string, calls: readonly SettledCall[]): Promise<boolean> {
    const unstored = calls.flatMap((settled) => {
      if (settled.is !== 'result' || settled.unstoredAs === undefined) return [];
      const { call, result, unstoredAs: callId } = settled;
      return [{ key: resultKey(turn, id, call), callId, result }];
    });
    try {
      await this.results.insertEnded(unstored);
      return true;
    } catch (err) {
      // The calls were made: their results are returned.
      if (!(err instanceof CountersignError)) throw err;
      this.logger.error({ err }, 'the results of tool calls cannot be kept, so their turn cannot be resumed');
      return false;
    }
  }
}

function confirmationErrors(
  confirmations: readonly [string, unknown][],
  ids: ReadonlySet<string>,
  declined: readonly string[],
): FieldError[] {
  return confirmations.flatMap(([id, token]): FieldError[] => {
    const pointer = `/confirmations/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!ids.has(id)) return [{ pointer, message: 'tool_calls has no call with this id' }];
    if (typeof token !== 'string' || token === '' || token.length > 255)
      return [{ pointer, message: 'must be the token of a confirmation' }];
    return declined.includes(id) ? [{ pointer, message: 'this call is declined as well' }] : [];
  });
}

function declinedErrors(declined: readonly string[], ids: ReadonlySet<string>): FieldError[] {
  return declined.flatMap((id, index) =>
    ids.has(id) ? [] : [{ pointer: `/declined/${index}`, message: 'tool_calls has no call with this id' }],
  );
}
