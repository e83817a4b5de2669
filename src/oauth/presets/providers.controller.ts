import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, ApiProblems, Authenticated, type Page } from '../../common/index.js';
import { Presets } from './presets.js';
import { ProviderDto, ProviderQuery } from './providers.dto.js';

@ApiTags('Providers')
@Controller('v1/providers')
export class ProvidersController {
  constructor(private readonly presets: Presets) {}

  @Get()
  @Authenticated('runtime')
  @ApiOperation({ summary: 'Providers whose OAuth schemas are known beforehand, by name' })
  @ApiPage(ProviderDto)
  list(@Query() query: ProviderQuery): Page<ProviderDto> {
    return this.presets.list(query);
  }

  @Get(':provider_id')
  @Authenticated('runtime')
  @ApiOperation({ summary: 'One provider' })
  @ApiOkResponse({ type: ProviderDto })
  @ApiProblems('not_found')
  get(@Param('provider_id') id: string): ProviderDto {
    return this.presets.get(id);
  }
}
