import { Injectable } from '@nestjs/common';
import { type ImportedAction, ImportsService } from '../actions/index.js';
import type { TenantCaller } from '../common/index.js';
import { McpSettingsService } from '../mcp/index.js';
import { differencesOf } from './differences.js';
import type { ActionReportDto, ImportReportDto, McpEndpointDto } from './gpt-imports.dto.js';
import { intendedAuth, leftOut, toDoOf } from './to-do.js';

/** Imports exported GPTs and actions, and reports what their builder has to do next. */
@Injectable()
export class GptImports {
  constructor(
    private readonly imports: ImportsService,
    private readonly mcpSettings: McpSettingsService,
  ) {}

  /** @throws {CountersignError} see {@link ImportsService.import} */
  async import(caller: TenantCaller, gptId: string, body: unknown): Promise<ImportReportDto> {
    // Read first: a failure after the import would hide the report of what was created.
    const { url, enabled } = await this.mcpSettings.get(caller, gptId);
    const { actions, notImported } = await this.imports.import(caller, gptId, body);
    const [first] = actions as [ImportedAction, ...ImportedAction[]];
    return {
      mcp: { url, enabled },
      actions: actions.map((imported) => reportOf(imported, { url, enabled })),
      not_imported: [...actions.flatMap(leftOut), ...notImported],
      form: first.format,
      action: first.action,
      warnings: actions.flatMap(({ warnings }) => warnings),
    };
  }
}

function reportOf(imported: ImportedAction, mcp: McpEndpointDto): ActionReportDto {
  const { action, format, pointer, exportedId } = imported;
  return {
    action,
    imported_from: { format, pointer, action_id: exportedId },
    callback_url: intendedAuth(action).type === 'oauth' ? action.callback_url : null,
    to_do: toDoOf(imported, mcp),
    differences: differencesOf(imported),
  };
}
