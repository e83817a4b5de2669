import { Module } from '@nestjs/common';
import { ClusterModule } from '../cluster/index.js';
import { MetricsModule } from '../metrics/index.js';
import { Limits } from './limits.js';

@Module({ imports: [ClusterModule, MetricsModule], providers: [Limits], exports: [Limits] })
export class LimitsModule {}
