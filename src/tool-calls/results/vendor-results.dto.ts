import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';

class InputTextDto {
  @ApiProperty({ enum: ['input_text'] })
  type!: 'input_text';

  @ApiProperty()
  text!: string;
}

class InputImageDto {
  @ApiProperty({ enum: ['input_image'] })
  type!: 'input_image';

  @ApiProperty({ example: 'data:image/png;base64,…' })
  image_url!: string;

  @ApiProperty({ enum: ['auto'] })
  detail!: 'auto';
}

class InputFileDto {
  @ApiProperty({ enum: ['input_file'] })
  type!: 'input_file';

  @ApiProperty({ example: 'invoice.pdf' })
  filename!: string;

  @ApiProperty({ example: 'data:application/pdf;base64,…' })
  file_data!: string;
}

class TextBlockDto {
  @ApiProperty({ enum: ['text'] })
  type!: 'text';

  @ApiProperty()
  text!: string;
}

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const;

class ImageSourceDto {
  @ApiProperty({ enum: ['base64'] })
  type!: 'base64';

  @ApiProperty({ enum: IMAGE_TYPES })
  media_type!: (typeof IMAGE_TYPES)[number];

  @ApiProperty()
  data!: string;
}

class ImageBlockDto {
  @ApiProperty({ enum: ['image'] })
  type!: 'image';

  @ApiProperty({ type: ImageSourceDto })
  source!: ImageSourceDto;
}

class DocumentSourceDto {
  @ApiProperty({ enum: ['base64'] })
  type!: 'base64';

  @ApiProperty({ enum: ['application/pdf'] })
  media_type!: 'application/pdf';

  @ApiProperty()
  data!: string;
}

class DocumentBlockDto {
  @ApiProperty({ enum: ['document'] })
  type!: 'document';

  @ApiProperty({ type: DocumentSourceDto })
  source!: DocumentSourceDto;

  @ApiProperty({ example: 'invoice.pdf' })
  title!: string;
}

/** Returns the schema of a value that is one of the models. */
const oneOf = (models: (new () => object)[]) => models.map((model) => ({ $ref: getSchemaPath(model) }));

const contentOf = (models: (new () => object)[]) => ({
  oneOf: [{ type: 'string' }, { type: 'array', items: { oneOf: oneOf(models) } }],
});

class OpenAiResultDto {
  @ApiProperty({ enum: ['tool'] })
  role!: 'tool';

  @ApiProperty({ example: 'call_2' })
  tool_call_id!: string;

  @ApiProperty({ example: '{"notes":[]}' })
  content!: string;
}

@ApiExtraModels(InputTextDto, InputImageDto, InputFileDto)
class OpenAiResponsesResultDto {
  @ApiProperty({ enum: ['function_call_output'] })
  type!: 'function_call_output';

  @ApiProperty({ example: 'call_2' })
  call_id!: string;

  @ApiProperty({ ...contentOf([InputTextDto, InputImageDto, InputFileDto]), example: '{"notes":[]}' })
  output!: string | (InputTextDto | InputImageDto | InputFileDto)[];
}

@ApiExtraModels(TextBlockDto, ImageBlockDto, DocumentBlockDto)
class AnthropicResultDto {
  @ApiProperty({ enum: ['tool_result'] })
  type!: 'tool_result';

  @ApiProperty({ example: 'toolu_2' })
  tool_use_id!: string;

  @ApiProperty({ ...contentOf([TextBlockDto, ImageBlockDto, DocumentBlockDto]), example: '{"notes":[]}' })
  content!: string | (TextBlockDto | ImageBlockDto | DocumentBlockDto)[];

  @ApiPropertyOptional({ description: 'Present, and true, if the call failed' })
  is_error?: boolean;
}

/** A result in the form of a vendor, which can be appended to the conversation as it is. */
export type VendorResultDto = OpenAiResultDto | OpenAiResponsesResultDto | AnthropicResultDto;

export const VENDOR_RESULTS = [OpenAiResultDto, OpenAiResponsesResultDto, AnthropicResultDto];

/** The schema of a {@link VendorResultDto}. */
export const VENDOR_RESULT_SCHEMA = { oneOf: oneOf(VENDOR_RESULTS) };
