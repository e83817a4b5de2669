import { Module } from '@nestjs/common';
import { McpClient } from './mcp-client.js';

@Module({ providers: [McpClient], exports: [McpClient] })
export class McpClientModule {}
