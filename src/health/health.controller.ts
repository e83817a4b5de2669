import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public, type HttpReply } from '../common/index.js';
import { Drain } from './drain.js';
import { Readiness, type PartStatus } from './readiness.js';

class LivenessDto {
  @ApiProperty({ enum: ['up'] })
  status!: 'up';
}

class ReadinessDto {
  @ApiProperty({
    enum: ['ready', 'not_ready', 'stopping'],
    description: '`stopping`: the process got SIGTERM; send it no more requests',
  })
  status!: 'ready' | 'not_ready' | 'stopping';

  @ApiProperty({
    type: 'object',
    additionalProperties: { enum: ['up', 'degraded', 'down'] },
    example: { database: 'up', vault: 'up', redis: 'up' },
  })
  parts!: Record<string, PartStatus>;
}

@ApiTags('Monitoring')
@Controller()
@Public()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly drain: Drain,
  ) {}

  @Get('healthz')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Check that the process is alive' })
  @ApiOkResponse({ type: LivenessDto })
  healthz(): LivenessDto {
    return { status: 'up' };
  }

  @Get('readyz')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Check that the process can serve requests',
    description: 'Without Redis it can: the part is `degraded` then, and the status 200.',
  })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({
    type: ReadinessDto,
    description: 'At least one part is down, or the process is stopping',
  })
  async readyz(@Res({ passthrough: true }) reply: HttpReply): Promise<ReadinessDto> {
    if (this.drain.isStarted) {
      void reply.status(503);
      return { status: 'stopping', parts: {} };
    }
    const parts = await this.readiness.check();
    const isReady = !Object.values(parts).includes('down');
    if (!isReady) void reply.status(503);
    return { status: isReady ? 'ready' : 'not_ready', parts };
  }
}
