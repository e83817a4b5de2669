import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, ApiProblems, Authenticated, type Page } from '../../common/index.js';
import { Presets } from './presets.js';
import { ProviderDto, ProviderQuery } from './providers.dto.js';

@ApiTags('OAuth providers')
@Controller('v1/providers')
export class ProvidersController {
  constructor(private readonly presets: Presets) {}

  @Get()
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'listProviders', summary: 'List provider presets' })
  @ApiPage(ProviderDto)
  list(@Query() query: ProviderQuery): Page<ProviderDto> {
    return this.presets.list(query);
  }

  @Get(':provider_id')
  @Authenticated('runtime')
  @ApiOperation({ operationId: 'getProvider', summary: 'Get a provider preset' })
  @ApiOkResponse({ type: ProviderDto })
  @ApiProblems('not_found')
  get(@Param('provider_id') id: string): ProviderDto {
    return this.presets.get(id);
  }
}
