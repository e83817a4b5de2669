import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiPage,
  ApiProblems,
  Authenticated,
  CurrentCaller,
  PageQuery,
  type Caller,
  type Page,
} from '../../common/index.js';
import { CreateRotationDto, RotationDetailsDto, RotationDto } from './rotations.dto.js';
import { RotationsService } from './rotations.service.js';

@ApiTags('Vault')
@Controller('v1/vault/rotations')
export class RotationsController {
  constructor(private readonly rotations: RotationsService) {}

  @Post()
  @Authenticated('operator')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'createVaultRotation',
    summary: 'Rotate keys in the background, or return the same rotation if it is already running',
  })
  @ApiAcceptedResponse({ type: RotationDetailsDto })
  @ApiProblems('invalid_request', 'not_found')
  create(@CurrentCaller() caller: Caller, @Body() body: CreateRotationDto): Promise<RotationDetailsDto> {
    return this.rotations.create(caller, body.scope, body.tenant_id);
  }

  @Get()
  @Authenticated('operator')
  @ApiOperation({ operationId: 'listVaultRotations', summary: 'List key rotations' })
  @ApiPage(RotationDto)
  list(@Query() query: PageQuery): Promise<Page<RotationDto>> {
    return this.rotations.list(query);
  }

  @Get(':rotation_id')
  @Authenticated('operator')
  @ApiOperation({ operationId: 'getVaultRotation', summary: 'Get the progress of a key rotation' })
  @ApiOkResponse({ type: RotationDetailsDto })
  @ApiProblems('not_found')
  get(@Param('rotation_id') id: string): Promise<RotationDetailsDto> {
    return this.rotations.get(id);
  }
}
