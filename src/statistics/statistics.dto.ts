import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsRFC3339, IsString, Max, MaxLength, Min } from 'class-validator';

export class StatisticsQuery {
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'From the minute of that time on; a day ago where it is left out',
    example: '2026-11-27T12:00:00Z',
  })
  @IsOptional()
  @IsRFC3339()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before that time; now where it is left out' })
  @IsOptional()
  @IsRFC3339()
  until?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1440,
    description:
      'Minutes that a point stands for; chosen for about 60 points where it is left out. At most 1,500 points',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1440)
  step_minutes?: number;

  @ApiPropertyOptional({ description: 'Of that action alone' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  action_id?: string;
}

class CallCountsDto {
  @ApiProperty({ example: 120, description: 'The upstream answered with a status below 400' })
  completed!: number;

  @ApiProperty({ example: 3, description: 'The upstream answered with 400 or more' })
  upstream_errors!: number;

  @ApiProperty({ example: 1, description: 'They ended as a problem' })
  failed!: number;

  @ApiProperty({ example: 2 })
  sign_in_required!: number;

  @ApiProperty({ example: 0 })
  confirmation_required!: number;
}

class LatencyDto {
  @ApiProperty({ type: Number, nullable: true, example: 84 })
  p50_ms!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 230 })
  p95_ms!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 480 })
  p99_ms!: number | null;
}

class RefreshCountsDto {
  @ApiProperty({ example: 12 })
  renewed!: number;

  @ApiProperty({ example: 0 })
  failed!: number;
}

class SignInCountsDto {
  @ApiProperty({ example: 2 })
  connected!: number;

  @ApiProperty({ example: 0, description: 'Denied ones too' })
  failed!: number;
}

export class CountsDto {
  @ApiProperty({ type: CallCountsDto })
  calls!: CallCountsDto;

  @ApiProperty({
    type: LatencyDto,
    description: 'How long calls took that the upstream answered, estimated from classes',
  })
  latency!: LatencyDto;

  @ApiProperty({ type: RefreshCountsDto })
  refreshes!: RefreshCountsDto;

  @ApiProperty({ type: SignInCountsDto })
  sign_ins!: SignInCountsDto;
}

class PointDto extends CountsDto {
  @ApiProperty({ format: 'date-time', description: 'Where its minutes begin' })
  at!: string;
}

export class StatisticsDto {
  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time' })
  until!: string;

  @ApiProperty({ example: 15 })
  step_minutes!: number;

  @ApiProperty({ type: [PointDto], description: 'One after the other, those without anything too' })
  points!: PointDto[];

  @ApiProperty({ type: CountsDto })
  total!: CountsDto;
}
