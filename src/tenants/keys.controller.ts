import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  PageQuery,
  type Page,
  type TenantCaller,
} from '../common/index.js';
import { CreatedKeyDto, CreateKeyDto, KeyDto, RevokeKeyQuery, RotateKeyDto } from './keys.dto.js';
import { KeysService } from './keys.service.js';

@ApiTags('API keys')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Post()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'createApiKey', summary: 'Create an API key, which is shown once' })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  @ApiProblems('invalid_request', 'limit_reached')
  create(@CurrentCaller() caller: TenantCaller, @Body() body: CreateKeyDto): Promise<CreatedKeyDto> {
    return this.keys.create(caller, body);
  }

  @Get()
  @Authenticated('admin')
  @ApiOperation({ operationId: 'listApiKeys', summary: 'List API keys, including revoked ones' })
  @ApiPage(KeyDto)
  list(@CurrentCaller() caller: TenantCaller, @Query() query: PageQuery): Promise<Page<KeyDto>> {
    return this.keys.list(caller.tenantId, query);
  }

  @Post(':key_id/rotate')
  @Authenticated('admin')
  @ApiOperation({ operationId: 'rotateApiKey', summary: 'Rotate a key with an overlap' })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  @ApiProblems('invalid_request', 'not_found', 'conflict', 'limit_reached')
  rotate(
    @CurrentCaller() caller: TenantCaller,
    @Param('key_id') keyId: string,
    @Body() body: RotateKeyDto,
  ): Promise<CreatedKeyDto> {
    return this.keys.rotate(caller, keyId, body);
  }

  @Delete(':key_id')
  @Authenticated('admin')
  @HttpCode(204)
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke an API key' })
  @ApiNoContentResponse()
  @ApiProblems('not_found', 'last_admin_key')
  revoke(
    @CurrentCaller() caller: TenantCaller,
    @Param('key_id') keyId: string,
    @Query() query: RevokeKeyQuery,
  ): Promise<void> {
    return this.keys.revoke(caller, keyId, query);
  }
}
