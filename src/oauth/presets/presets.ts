import { Injectable } from '@nestjs/common';
import { InvalidRequestError, NotFoundError, type Page } from '../../common/index.js';
import type { Preset } from './preset.js';
import type { ProviderQuery } from './providers.dto.js';
import { readPresets } from './read-presets.js';

/** The providers whose OAuth schemas are known beforehand: the same for everybody, read once. */
@Injectable()
export class Presets {
  private readonly all = readPresets(new URL('./providers/', import.meta.url));

  /** @param query `cursor` is the id of the last provider of the page before */
  list({ domain, q = '', limit, cursor }: ProviderQuery): Page<Preset> {
    const found = this.all.filter((preset) => (domain === undefined || serves(preset, domain)) && isCalled(preset, q));
    const start = found.findIndex(({ id }) => id === cursor) + 1;
    if (cursor !== undefined && start === 0) {
      throw InvalidRequestError.at('/cursor', 'this is not a cursor of this list');
    }
    const data = found.slice(start, start + limit);
    return { data, next_cursor: start + limit < found.length ? (data.at(-1)?.id ?? null) : null };
  }

  /** @throws {NotFoundError} */
  get(id: string): Preset {
    const preset = this.all.find((candidate) => candidate.id === id);
    if (!preset) throw new NotFoundError('provider');
    return preset;
  }

  /** @param domain an action's domain */
  matching(domain: string): Preset | undefined {
    return this.all.find((preset) => serves(preset, domain));
  }
}

/** Whether an API belongs to the provider. A port makes no difference. */
function serves({ domains }: Preset, domain: string): boolean {
  const host = `.${domain.toLowerCase().replace(/:\d+$/, '')}`;
  return domains.some((known) => host.endsWith(`.${known}`));
}

function isCalled({ id, name }: Preset, text: string): boolean {
  return `${id} ${name}`.toLowerCase().includes(text.toLowerCase());
}
