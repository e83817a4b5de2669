import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { SignInDto, SignInQuery } from './sign-ins.dto.js';
import { SignInsService } from './sign-ins.service.js';

@ApiTags('Signing in')
@Controller('v1/sign-ins')
export class SignInsController {
  constructor(private readonly signIns: SignInsService) {}

  @Get(':sign_in_id')
  @Authenticated('runtime')
  @ApiOperation({ summary: 'How a sign-in stands; `wait` holds the answer until it ends' })
  @ApiOkResponse({ type: SignInDto })
  @ApiProblems('invalid_request', 'not_found')
  get(
    @CurrentCaller() caller: TenantCaller,
    @Param('sign_in_id') id: string,
    @Query() { wait }: SignInQuery,
  ): Promise<SignInDto> {
    return this.signIns.get(caller.tenantId, id, wait);
  }
}
