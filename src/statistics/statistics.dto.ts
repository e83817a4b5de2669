import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsRFC3339, IsString, Max, MaxLength, Min } from 'class-validator';

export class StatisticsQuery {
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Start of the range, rounded down to the minute; one day before `until` by default',
    example: '2026-11-27T12:00:00Z',
  })
  @IsOptional()
  @IsRFC3339()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'End of the range (exclusive); now by default' })
  @IsOptional()
  @IsRFC3339()
  until?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 1440,
    description: 'Minutes per point; by default chosen for about 60 points. A range has at most 1,500 points',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1440)
  step_minutes?: number;

  @ApiPropertyOptional({ description: 'Only this action' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  action_id?: string;
}

class CallCountsDto {
  @ApiProperty({ example: 120, description: 'Calls whose upstream responded with a status below 400' })
  completed!: number;

  @ApiProperty({ example: 3, description: 'Calls whose upstream responded with status 400 or above' })
  upstream_errors!: number;

  @ApiProperty({ example: 1, description: 'Calls that ended with a problem' })
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

  @ApiProperty({ example: 0, description: 'Including denied sign-ins' })
  failed!: number;
}

export class CountsDto {
  @ApiProperty({ type: CallCountsDto })
  calls!: CallCountsDto;

  @ApiProperty({
    type: LatencyDto,
    description: 'Latency of calls whose upstream responded, estimated from a histogram',
  })
  latency!: LatencyDto;

  @ApiProperty({ type: RefreshCountsDto })
  refreshes!: RefreshCountsDto;

  @ApiProperty({ type: SignInCountsDto })
  sign_ins!: SignInCountsDto;
}

class PointDto extends CountsDto {
  @ApiProperty({ format: 'date-time', description: 'Start of the point' })
  at!: string;
}

export class StatisticsDto {
  @ApiProperty({ format: 'date-time' })
  since!: string;

  @ApiProperty({ format: 'date-time' })
  until!: string;

  @ApiProperty({ example: 15 })
  step_minutes!: number;

  @ApiProperty({ type: [PointDto], description: 'In chronological order, including empty points' })
  points!: PointDto[];

  @ApiProperty({ type: CountsDto })
  total!: CountsDto;
}
