import { Module } from '@nestjs/common';
import { StatisticsReader } from './statistics-reader.js';
import { StatisticsController } from './statistics.controller.js';
import { Statistics } from './statistics.js';

@Module({ providers: [Statistics, StatisticsReader], controllers: [StatisticsController], exports: [Statistics] })
export class StatisticsModule {}
