import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Preset } from './preset.js';

type PresetFile = Omit<Preset, 'id' | 'variables'> & Partial<Pick<Preset, 'variables'>>;

const SCHEMA = new URL('./preset.schema.json', import.meta.url);

/** A preset file is invalid; the server does not start. */
export class InvalidPresetError extends Error {
  constructor(file: string, fault: string) {
    super(`preset ${file}: ${fault}`);
    this.name = 'InvalidPresetError';
  }
}

/**
 * Reads all presets of a folder.
 *
 * @param folder a URL that ends with a slash
 * @returns the frozen presets, sorted by name
 * @throws {InvalidPresetError} a file is not JSON or does not match the schema
 */
export function readPresets(folder: URL): readonly Preset[] {
  const ajv = new Ajv2020();
  const isPreset = ajv.compile<PresetFile>(readJson(SCHEMA));
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const presets = files.map((file) => {
    const content = readJson(new URL(file, folder));
    if (!isPreset(content)) throw new InvalidPresetError(file, ajv.errorsText(isPreset.errors, { dataVar: 'it' }));
    return freeze({ ...content, id: file.slice(0, -'.json'.length), variables: content.variables ?? [] });
  });
  return Object.freeze(presets.toSorted((a, b) => a.name.localeCompare(b.name, 'en')));
}

function readJson(url: URL): object {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as object;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidPresetError(url.pathname.split('/').at(-1) ?? '', 'is not JSON');
  }
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
