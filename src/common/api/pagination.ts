import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { InvalidRequestError } from '../errors/errors.js';

/** The query of every list. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50, description: 'How many rows at the most' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiPropertyOptional({ description: "The previous answer's `next_cursor`" })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

/** A page of a list, oldest first unless the list says otherwise. */
export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** Where a page ends: rows are ordered by creation time, then id. */
export interface PagePosition {
  createdAt: Date;
  id: string;
}

/** Cuts rows that were read with one more than `limit` into a page. */
export function pageOf<Row extends PagePosition, T>(rows: Row[], limit: number, view: (row: Row) => T): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { data: shown.map(view), next_cursor: rows.length > limit && last ? cursorOf(last) : null };
}

function cursorOf({ createdAt, id }: PagePosition): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

/** @throws {InvalidRequestError} the cursor is not one of ours */
export function positionOf(cursor: string): PagePosition {
  const match = /^(\d{1,15}) ([a-z]+-[a-z0-9]+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match?.[1] || !match[2]) throw InvalidRequestError.at('/cursor', 'this is not a cursor of this list');
  return { createdAt: new Date(Number(match[1])), id: match[2] };
}
