import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  disconnectSignal,
  type HttpReply,
  type Page,
  type TenantCaller,
} from '../common/index.js';
import { applyLimit, Limits } from '../limits/index.js';
import { TraceDto } from '../traces/index.js';
import {
  CreateSignInDto,
  ListedSignInDto,
  SignInDto,
  SignInListQuery,
  SignInOfferDto,
  SignInQuery,
  VerifiedSignInDto,
  VerifySignInDto,
} from './sign-ins.dto.js';
import { SignInList } from './sign-in-list.js';
import { SignInsService } from './sign-ins.service.js';
import { UserVerification } from './user-verification.js';

@ApiTags('Sign-ins')
@Controller('v1/sign-ins')
export class SignInsController {
  constructor(
    private readonly signIns: SignInsService,
    private readonly verification: UserVerification,
    private readonly signInList: SignInList,
    private readonly limits: Limits,
  ) {}

  @Post()
  @Authenticated('runtime')
  @ApiOperation({
    operationId: 'createSignIn',
    summary: 'Create a sign-in link without a call',
    description:
      "For buttons such as “Connect your account”, “Reconnect” and “Switch account”. A user's tokens are replaced only when the sign-in succeeds.",
  })
  @ApiCreatedResponse({ type: SignInOfferDto })
  @ApiProblems('invalid_request', 'not_found')
  async create(
    @CurrentCaller() caller: TenantCaller,
    @Body() body: CreateSignInDto,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<SignInOfferDto> {
    applyLimit(reply, await this.limits.take('user', `${caller.tenantId} ${body.user}`));
    return this.signIns.create(caller, body);
  }

  @Get()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'listSignIns',
    summary: 'List sign-ins, newest first, with the diagnosis code of each failure',
  })
  @ApiPage(ListedSignInDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: SignInListQuery): Promise<Page<ListedSignInDto>> {
    return this.signInList.page(caller, query);
  }

  @Get(':sign_in_id')
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'getSignIn', summary: 'Get a sign-in; `wait` long-polls' })
  @ApiOkResponse({ type: SignInDto })
  @ApiProblems('invalid_request', 'not_found')
  get(
    @CurrentCaller() caller: TenantCaller,
    @Param('sign_in_id') id: string,
    @Query() { wait }: SignInQuery,
    @Res({ passthrough: true }) reply: HttpReply,
  ): Promise<SignInDto> {
    return this.signIns.get(caller, id, wait, disconnectSignal(reply));
  }

  @Get(':sign_in_id/trace')
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'getSignInTrace',
    summary: 'Get the steps and diagnoses of a sign-in; secrets are redacted',
  })
  @ApiOkResponse({ type: TraceDto })
  @ApiProblems('not_found')
  trace(@CurrentCaller() caller: TenantCaller, @Param('sign_in_id') id: string): Promise<TraceDto> {
    return this.signIns.trace(caller, id);
  }

  @Post(':sign_in_id/verify')
  @Authenticated('runtime')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'verifySignIn',
    summary: "Confirm which end user completed a sign-in (`user_verification: 'redirect'`)",
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
