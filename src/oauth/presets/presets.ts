import { Injectable } from '@nestjs/common';
import { InvalidRequestError, NotFoundError, type Page } from '../../common/index.js';
import type { Preset } from './preset.js';
import type { ProviderQuery } from './providers.dto.js';
import { readPresets } from './read-presets.js';

/** The presets of known providers, the same for all tenants. */
@Injectable()
export class Presets {
  private readonly all = readPresets(new URL('./providers/', import.meta.url));

  /** Returns a page of presets. @param query `cursor` is the id of the last provider of the previous page */
  list({ domain, q = '', limit, cursor }: ProviderQuery): Page<Preset> {
    const found = this.all.filter((preset) => (domain === undefined || serves(preset, domain)) && isCalled(preset, q));
    const start = found.findIndex(({ id }) => id === cursor) + 1;
    if (cursor !== undefined && start === 0) {
      throw InvalidRequestError.at('/cursor', 'this is not a cursor of this list; use next_cursor of an earlier page');
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

/** Whether an API belongs to the provider. The port is ignored. */
function serves({ domains }: Preset, domain: string): boolean {
  const host = `.${domain.toLowerCase().replace(/:\d+$/, '')}`;
  return domains.some((known) => host.endsWith(`.${known}`));
}

function isCalled({ id, name }: Preset, text: string): boolean {
  return `${id} ${name}`.toLowerCase().includes(text.toLowerCase());
}
