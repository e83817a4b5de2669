import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiProblems, NotFoundError, Public, type HttpRequest } from '../common/index.js';
import { Settings } from '../config/index.js';
import { MetricsAccess } from './metrics-access.js';
import { Metrics } from './metrics.js';

@ApiTags('Monitoring')
@Controller('metrics')
export class MetricsController {
  private readonly isServedHere: boolean;

  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
    settings: Settings,
  ) {
    this.isServedHere = settings.metrics.port === undefined;
  }

  @Get()
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Get metrics in the Prometheus text format; METRICS_TOKEN and METRICS_PORT protect them',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', example: 'countersign_calls_total{outcome="completed"} 12' } })
  @ApiProblems('unauthenticated', 'not_found')
  read(@Req() { headers }: HttpRequest): Promise<string> {
    if (!this.isServedHere) throw new NotFoundError('route');
    this.access.check(headers.authorization);
    return this.metrics.text();
  }
}
