import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/index.js';
import { Tools } from './tools.js';
import { ToolsController } from './tools.controller.js';

@Module({ imports: [ActionsModule], controllers: [ToolsController], providers: [Tools] })
export class ToolCallsModule {}
