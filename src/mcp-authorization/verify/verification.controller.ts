import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { Verification } from './verification.js';
import { VerifiedMcpAuthorizationDto, VerifyMcpAuthorizationDto } from './verify.dto.js';

@ApiTags('MCP authorization')
@Controller('v1/mcp-authorizations')
export class VerificationController {
  constructor(private readonly verification: Verification) {}

  @Post(':authorization_id/verify')
  @Authenticated('runtime')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'verifyMcpAuthorization',
    summary: 'Say which user is signed in at the browser that was sent to login_url',
    description:
      'Send the browser that made this request to `redirect_url`, with a redirect. Never show it to another browser, and never verify a user who did not just come from `login_url`.',
  })
  @ApiOkResponse({ type: VerifiedMcpAuthorizationDto })
  @ApiProblems('invalid_request', 'not_found', 'verification_refused', 'conflict')
  verify(
    @CurrentCaller() caller: TenantCaller,
    @Param('authorization_id') id: string,
    @Body() body: VerifyMcpAuthorizationDto,
  ): Promise<VerifiedMcpAuthorizationDto> {
    return this.verification.verify(caller, id, body);
  }
}
