import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, ApiProblems, Authenticated, CurrentCaller, type Page, type TenantCaller } from '../common/index.js';
import { TraceDto } from '../traces/index.js';
import {
  ListedSignInDto,
  SignInDto,
  SignInListQuery,
  SignInQuery,
  VerifiedSignInDto,
  VerifySignInDto,
} from './sign-ins.dto.js';
import { SignInList } from './sign-in-list.js';
import { SignInsService } from './sign-ins.service.js';
import { UserVerification } from './flow/verification.js';

@ApiTags('Signing in')
@Controller('v1/sign-ins')
export class SignInsController {
  constructor(
    private readonly signIns: SignInsService,
    private readonly verification: UserVerification,
    private readonly signInList: SignInList,
  ) {}

  @Get()
  @Authenticated('admin')
  @ApiOperation({ summary: 'The sign-ins that are still kept, newest first, and what was wrong with each' })
  @ApiPage(ListedSignInDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: SignInListQuery): Promise<Page<ListedSignInDto>> {
    return this.signInList.page(caller, query);
  }

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
    return this.signIns.get(caller, id, wait);
  }

  @Get(':sign_in_id/trace')
  @Authenticated('admin')
  @ApiOperation({ summary: 'What happened in a sign-in, step by step, and what is wrong; secrets are hidden' })
  @ApiOkResponse({ type: TraceDto })
  @ApiProblems('not_found')
  trace(@CurrentCaller() caller: TenantCaller, @Param('sign_in_id') id: string): Promise<TraceDto> {
    return this.signIns.trace(caller, id);
  }

  @Post(':sign_in_id/verify')
  @Authenticated('runtime')
  @HttpCode(200)
  @ApiOperation({
    summary: "Say which of your users sits at the browser that signed in (`user_verification: 'redirect'`)",
  })
  @ApiOkResponse({ type: VerifiedSignInDto })
  @ApiProblems('invalid_request', 'not_found', 'conflict', 'verification_refused', 'user_mismatch')
  verify(
    @CurrentCaller() caller: TenantCaller,
    @Param('sign_in_id') id: string,
    @Body() body: VerifySignInDto,
  ): Promise<VerifiedSignInDto> {
    return this.verification.verify(caller, id, body);
  }
}
