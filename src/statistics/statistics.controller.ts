import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../common/index.js';
import { StatisticsReader } from './statistics-reader.js';
import { StatisticsDto, StatisticsQuery } from './statistics.dto.js';

@ApiTags('Statistics')
@Controller('v1/statistics')
export class StatisticsController {
  constructor(private readonly reader: StatisticsReader) {}

  @Get()
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'getStatistics',
    summary: 'Get statistics of calls, latencies, refreshes and sign-ins; kept for 31 days',
  })
  @ApiOkResponse({ type: StatisticsDto })
  @ApiProblems('invalid_request')
  read(@CurrentCaller() { tenantId }: TenantCaller, @Query() query: StatisticsQuery): Promise<StatisticsDto> {
    return this.reader.read(tenantId, query);
  }
}
