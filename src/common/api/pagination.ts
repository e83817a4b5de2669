import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { InvalidRequestError } from '../errors/countersign-error.js';

/** The query parameters of every list. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50, description: 'Maximum number of items on the page' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiPropertyOptional({ description: '`next_cursor` of the previous page' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

/** One page of a list, oldest items first unless the list says otherwise. */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** A row's position in a list that is ordered by creation time, then id. */
export interface PagePosition {
  createdAt: Date;
  id: string;
}

/** Builds a page. @param rows up to `limit + 1` rows; the extra one tells that another page follows */
export function toPage<Row extends PagePosition, T>(rows: Row[], limit: number, view: (row: Row) => T): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { data: shown.map(view), next_cursor: rows.length > limit && last ? cursorOf(last) : null };
}

function cursorOf({ createdAt, id }: PagePosition): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

/** @throws {InvalidRequestError} the cursor did not come from this API */
export function parseCursor(cursor: string): PagePosition {
  const match = /^(\d{1,15}) ([a-z]+-[a-z0-9]+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match?.[1] || !match[2]) {
    throw InvalidRequestError.at('/cursor', 'cursor must be the `next_cursor` of a previous page of this list');
  }
  return { createdAt: new Date(Number(match[1])), id: match[2] };
}
