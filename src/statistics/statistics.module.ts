import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/index.js';
import { Activity } from './activity.js';
import { StatisticsReader } from './statistics-reader.js';
import { StatisticsController } from './statistics.controller.js';
import { Statistics } from './statistics.js';

@Module({
  imports: [MetricsModule],
  providers: [Activity, Statistics, StatisticsReader],
  controllers: [StatisticsController],
  exports: [Activity, Statistics],
})
export class StatisticsModule {}
