import { Body, Controller, Get, Headers, Param, Put, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type HttpReply, type TenantCaller } from '../../common/index.js';
import { PolicyDto, StoredPolicyDto } from './policies.dto.js';
import { PoliciesService, type VersionedPolicy } from './policies.service.js';

const ETAG = { ETag: { schema: { type: 'string' }, description: 'Changes with every change of the action' } } as const;

@ApiTags('Actions')
@Controller('v1/gpts/:gpt_id/actions/:action_id/policy')
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  @Get()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'getActionPolicy', summary: "Get the policies of an action's operations" })
  @ApiOkResponse({ type: StoredPolicyDto, headers: ETAG })
  @ApiProblems('not_found')
  async get(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<StoredPolicyDto> {
    return withEtag(await this.policies.get(caller.tenantId, gptId, actionId), reply);
  }

  @Put()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'setActionPolicy', summary: "Replace the policies of an action's operations" })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: '`ETag` of an earlier response: the policies are replaced only if nothing has changed since',
  })
  @ApiOkResponse({ type: StoredPolicyDto, headers: ETAG })
  @ApiProblems('not_found', 'conflict', 'precondition_failed')
  async replace(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
    @Body() body: PolicyDto,
    @Headers('if-match') match: string | undefined,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<StoredPolicyDto> {
    return withEtag(await this.policies.replace(caller, gptId, actionId, body, match), reply);
  }
}

function withEtag({ policy, etag }: VersionedPolicy, reply: HttpReply): StoredPolicyDto {
  reply.header('etag', etag);
  return policy;
}
