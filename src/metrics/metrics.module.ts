import { Module } from '@nestjs/common';
import { MetricsAccess } from './metrics-access.js';
import { MetricsListener } from './metrics-listener.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

@Module({ providers: [Metrics, MetricsAccess, MetricsListener], controllers: [MetricsController], exports: [Metrics] })
export class MetricsModule {}
