import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/index.js';
import { McpModule } from '../mcp/index.js';
import { GptImportsController } from './gpt-imports.controller.js';
import { GptImports } from './gpt-imports.service.js';

@Module({ imports: [ActionsModule, McpModule], controllers: [GptImportsController], providers: [GptImports] })
export class GptImportsModule {}
