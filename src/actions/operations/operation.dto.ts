import { ApiProperty } from '@nestjs/swagger';

export class OperationDto {
  @ApiProperty({ example: 'listNotes' })
  operation_id!: string;

  @ApiProperty({ example: 'GET' })
  method!: string;

  @ApiProperty({ example: '/notes' })
  path!: string;

  @ApiProperty({ type: String, nullable: true, example: 'All notes of the user' })
  summary!: string | null;

  @ApiProperty({ description: "`false` if the action's policy disables the operation" })
  enabled!: boolean;

  @ApiProperty({ description: 'Whether the document requires confirmation of calls. The policy may change that' })
  is_consequential!: boolean;

  @ApiProperty({ description: '`false` if the document has `security: []` for the operation' })
  requires_auth!: boolean;
}
