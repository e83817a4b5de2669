import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated, CurrentCaller, type TenantCaller } from '../../common/index.js';
import { CheckDocumentDto, DocumentCheckDto, FormatDocumentDto, FormattedDocumentDto } from './document.dto.js';
import { DocumentImport } from './document-import.js';
import { serverChoice } from './server-choice.js';
import { summaryView } from '../operations/operation-rows.js';

@ApiTags('OpenAPI documents')
@Controller('v1/openapi')
export class DocumentCheckController {
  constructor(private readonly documents: DocumentImport) {}

  @Post('check')
  @HttpCode(200)
  @Authenticated('admin')
  @ApiOperation({ operationId: 'checkOpenapiDocument', summary: 'Check an OpenAPI document without storing it' })
  @ApiOkResponse({ type: DocumentCheckDto })
  @ApiProblems('invalid_request')
  async check(@CurrentCaller() { tenantId }: TenantCaller, @Body() body: CheckDocumentDto): Promise<DocumentCheckDto> {
    const { description, problems, warnings } = await this.documents.check(tenantId, body.openapi, serverChoice(body));
    return {
      usable: description !== null,
      title: description?.title ?? null,
      domain: description?.server.domain ?? null,
      server_url: description?.server.url ?? null,
      operations: description?.operations.map(summaryView) ?? [],
      problems: [...problems],
      warnings,
    };
  }

  @Post('format')
  @HttpCode(200)
  @Authenticated('admin')
  @ApiOperation({
    operationId: 'formatOpenapiDocument',
    summary: 'Format an OpenAPI document, or convert it between JSON and YAML; YAML keeps its comments',
  })
  @ApiOkResponse({ type: FormattedDocumentDto })
  @ApiProblems('invalid_openapi')
  async format(
    @CurrentCaller() { tenantId }: TenantCaller,
    @Body() { openapi, to }: FormatDocumentDto,
  ): Promise<FormattedDocumentDto> {
    const { text, format } = await this.documents.format(tenantId, openapi, to);
    return { openapi: text, format };
  }
}
