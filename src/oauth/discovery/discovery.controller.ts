import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ApiProblems,
  Authenticated,
  CurrentCaller,
  InvalidRequestError,
  type TenantCaller,
} from '../../common/index.js';
import { conflicts, discoveredSettings, knownMetadata } from '../protocol/metadata-settings.js';
import { unmetDemands } from '../protocol/unmet-demands.js';
import { DiscoverDto, DiscoveredDto } from './discovery.dto.js';
import { Discovery } from './discovery.service.js';

@ApiTags('OAuth providers')
@Controller('v1/oauth')
export class DiscoveryController {
  constructor(private readonly discovery: Discovery) {}

  @Post('discover')
  @Authenticated('admin')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'discoverProvider',
    summary: "Read a provider's metadata and compare it with given settings",
  })
  @ApiOkResponse({ type: DiscoveredDto })
  @ApiProblems('invalid_request', 'discovery_failed')
  async discover(
    @CurrentCaller() { tenantId }: TenantCaller,
    @Body() { issuer, url, ...typed }: DiscoverDto,
  ): Promise<DiscoveredDto> {
    const [given, ...more] = [issuer, url].filter((text) => typeof text === 'string');
    if (given === undefined || more.length > 0) {
      throw InvalidRequestError.at('/issuer', 'give either issuer or url');
    }
    const pointer = given === issuer ? '/issuer' : '/url';
    const { metadataUrl, metadata } = await this.discovery.find(tenantId, given, pointer);
    return {
      issuer: metadata.issuer,
      metadata_url: metadataUrl,
      found: { ...discoveredSettings(metadata), pkce: 'auto' },
      metadata: knownMetadata(metadata),
      scopes_supported: metadata.scopes_supported ?? [],
      conflicts: conflicts(typed, metadata),
      warnings: unmetDemands(metadata),
    };
  }
}
