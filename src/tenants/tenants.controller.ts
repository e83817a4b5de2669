import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  PageQuery,
  type Caller,
  type Page,
} from '../common/index.js';
import { CreateAdminKeyDto, CreatedKeyDto } from './keys.dto.js';
import { KeysService } from './keys.service.js';
import { CreatedTenantDto, CreateTenantDto, TenantDto, UpdateTenantDto } from './tenants.dto.js';
import { TenantsService } from './tenants.service.js';

@ApiTags('Tenants')
@Controller('v1/tenants')
export class TenantsController {
  constructor(
    private readonly tenants: TenantsService,
    private readonly keys: KeysService,
  ) {}

  @Post()
  @Authenticated('operator')
  @ApiOperation({
    operationId: 'createTenant',
    summary: 'Create a tenant and its first admin key, which is shown once',
  })
  @ApiCreatedResponse({ type: CreatedTenantDto })
  @ApiProblems('invalid_request', 'slug_taken')
  create(@CurrentCaller() caller: Caller, @Body() body: CreateTenantDto): Promise<CreatedTenantDto> {
    return this.tenants.create(caller, body);
  }

  @Get()
  @Authenticated('operator')
  @ApiOperation({ operationId: 'listTenants', summary: 'List tenants' })
  @ApiPage(TenantDto)
  list(@Query() query: PageQuery): Promise<Page<TenantDto>> {
    return this.tenants.list(query);
  }

  @Get(':tenant_id')
  @Authenticated('operator', 'admin')
  @ApiOperation({ operationId: 'getTenant', summary: 'Get a tenant; admins see their own' })
  @ApiOkResponse({ type: TenantDto })
  @ApiProblems('not_found')
  get(@CurrentCaller() caller: Caller, @Param('tenant_id') tenantId: string): Promise<TenantDto> {
    return this.tenants.get(caller, tenantId);
  }

  @Patch(':tenant_id')
  @Authenticated('operator', 'admin')
  @ApiOperation({ operationId: 'updateTenant', summary: 'Update a tenant; admins may update their own' })
  @ApiOkResponse({ type: TenantDto })
  @ApiProblems('invalid_request', 'not_found', 'slug_taken')
  update(
    @CurrentCaller() caller: Caller,
    @Param('tenant_id') tenantId: string,
    @Body() body: UpdateTenantDto,
  ): Promise<TenantDto> {
    return this.tenants.update(caller, tenantId, body);
  }

  @Post(':tenant_id/keys')
  @Authenticated('operator')
  @ApiOperation({
    operationId: 'createAdminKey',
    summary: 'Create an admin key for a tenant that has lost its own; it is shown once',
  })
  @ApiCreatedResponse({ type: CreatedKeyDto })
  @ApiProblems('invalid_request', 'not_found')
  createAdminKey(
    @CurrentCaller() caller: Caller,
    @Param('tenant_id') tenantId: string,
    @Body() body: CreateAdminKeyDto,
  ): Promise<CreatedKeyDto> {
    return this.keys.createFor(tenantId, caller, body);
  }

  @Delete(':tenant_id')
  @Authenticated('operator')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteTenant',
    summary: 'Delete a tenant, everything that belongs to it, and the data key that decrypts its secrets',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  delete(@CurrentCaller() caller: Caller, @Param('tenant_id') tenantId: string): Promise<void> {
    return this.tenants.delete(caller, tenantId);
  }
}
