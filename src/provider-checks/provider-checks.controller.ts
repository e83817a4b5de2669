import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../common/index.js';
import { CheckDto } from './provider-checks.dto.js';
import { ProviderCheck } from './provider-check.service.js';

@ApiTags('OAuth')
@Controller('v1/gpts/:gpt_id/actions/:action_id/auth')
export class CheckController {
  constructor(private readonly provider: ProviderCheck) {}

  @Post('check')
  @Authenticated('admin')
  @HttpCode(200)
  @ApiOperation({
    summary: "Check an action's provider: asks its endpoints, with a wrong code, and says what to change",
  })
  @ApiOkResponse({ type: CheckDto })
  @ApiProblems('invalid_request', 'not_found', 'credential_unavailable')
  check(
    @CurrentCaller() caller: TenantCaller,
    @Param('gpt_id') gptId: string,
    @Param('action_id') actionId: string,
  ): Promise<CheckDto> {
    return this.provider.check(caller, gptId, actionId);
  }
}
