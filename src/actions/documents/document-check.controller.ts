import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, Authenticated } from '../../common/index.js';
import { CheckDocumentDto, DocumentCheckDto, FormatDocumentDto, FormattedDocumentDto } from './document.dto.js';
import { DocumentImport } from './document-import.js';
import { summaryView } from '../operations/operation-rows.js';

@ApiTags('Actions')
@Controller('v1/openapi')
export class DocumentCheckController {
  constructor(private readonly documents: DocumentImport) {}

  @Post('check')
  @HttpCode(200)
  @Authenticated('admin')
  @ApiOperation({ summary: 'What an import would make of an OpenAPI document; nothing is stored' })
  @ApiOkResponse({ type: DocumentCheckDto })
  check(@Body() { openapi }: CheckDocumentDto): DocumentCheckDto {
    const { description, problems, warnings } = this.documents.check(openapi);
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
  @ApiOperation({ summary: 'A document set out evenly, or in the other language; comments stay where YAML stays YAML' })
  @ApiOkResponse({ type: FormattedDocumentDto })
  @ApiProblems('invalid_openapi')
  format(@Body() { openapi, to }: FormatDocumentDto): FormattedDocumentDto {
    const { text, format } = this.documents.format(openapi, to);
    return { openapi: text, format };
  }
}
