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

  @ApiProperty({ description: 'Whether a call requires confirmation' })
  is_consequential!: boolean;

  @ApiProperty({ description: '`false` if the document has `security: []` for the operation' })
  requires_auth!: boolean;
}
