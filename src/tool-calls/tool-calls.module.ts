import { Module } from '@nestjs/common';
import { Tools } from './tools.js';
import { ToolsController } from './tools.controller.js';

@Module({ controllers: [ToolsController], providers: [Tools] })
export class ToolCallsModule {}
