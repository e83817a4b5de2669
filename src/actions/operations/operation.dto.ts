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

  @ApiProperty({ description: 'A call asks for confirmation first' })
  is_consequential!: boolean;

  @ApiProperty({ description: 'False where the document opens the operation by `security: []`' })
  requires_auth!: boolean;
}
