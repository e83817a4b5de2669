import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public, type HttpReply } from '../common/index.js';
import { Readiness, type PartStatus } from './readiness.js';

class LivenessDto {
  @ApiProperty({ enum: ['up'] })
  status!: 'up';
}

class ReadinessDto {
  @ApiProperty({ enum: ['ready', 'not_ready'] })
  status!: 'ready' | 'not_ready';

  @ApiProperty({
    type: 'object',
    additionalProperties: { enum: ['up', 'down'] },
    example: { database: 'up', vault: 'up', redis: 'up' },
  })
  parts!: Record<string, PartStatus>;
}

@ApiTags('Monitoring')
@Controller()
@Public()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('healthz')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Check that the process is alive' })
  @ApiOkResponse({ type: LivenessDto })
  healthz(): LivenessDto {
    return { status: 'up' };
  }

  @Get('readyz')
  @HttpCode(200)
  @ApiOperation({ operationId: 'getReadiness', summary: 'Check that the database, the vault and Redis respond' })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto, description: 'At least one part is down' })
  async readyz(@Res({ passthrough: true }) reply: HttpReply): Promise<ReadinessDto> {
    const parts = await this.readiness.check();
    const isReady = Object.values(parts).every((status) => status === 'up');
    if (!isReady) void reply.status(503);
    return { status: isReady ? 'ready' : 'not_ready', parts };
  }
}
