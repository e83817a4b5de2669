import { type Draft } from '../document/draft.js';
import { type JsonObject, isObject, member, pointerTo, pointerTokens } from '../document/json.js';
import { type ObjectKind } from '../document/visit-objects.js';
import { type Target } from './targets.js';

/** The fields of Components that hold what references of calls lead to. The others are put in the place of the reference. */
const SECTIONS: { readonly [kind in ObjectKind]?: string } = {
  Schema: 'schemas',
  Parameter: 'parameters',
  'Request Body': 'requestBodies',
};

/** A component for a target. */
export interface Component {
  readonly pointer: string;
  /** whether the component has yet to be added */
  readonly isNew: boolean;
}

/** Chooses the names of components that are added to a document. */
export class ComponentNames {
  readonly #byTarget = new Map<string, string>();
  readonly #taken = new Map<string, Set<string>>();

  constructor(
    private readonly root: JsonObject,
    private readonly draft: Draft,
  ) {}

  /** Returns the component of a target, `undefined` if its kind is not among the components. */
  componentOf({ file, fragment }: Target, kind: ObjectKind): Component | undefined {
    const section = SECTIONS[kind];
    if (section === undefined) return undefined;
    const key = `${section} ${file}#${fragment}`;
    const known = this.#byTarget.get(key);
    if (known !== undefined) return { pointer: known, isNew: false };
    const pointer = pointerTo('/components', section, this.#freeName(section, wantedName(file, fragment)));
    this.#byTarget.set(key, pointer);
    return { pointer, isNew: true };
  }

  #freeName(section: string, wanted: string): string {
    const taken = this.#taken.get(section) ?? this.#open(section);
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  }

  /** Makes sure that a section exists. */
  #open(section: string): Set<string> {
    const components = member(this.root, 'components');
    if (!isObject(components) && this.#taken.size === 0) this.draft.set('', 'components', {});
    const existing = member(components, section);
    if (!isObject(existing)) this.draft.set('/components', section, {});
    const taken = new Set(isObject(existing) ? Object.keys(existing) : []);
    this.#taken.set(section, taken);
    return taken;
  }
}

/** Returns the last part of a reference, as far as names of components allow it (OAS 3.1.1, section 4.8.7). */
function wantedName(file: string, fragment: string): string {
  const [fileName = ''] = new URL(file).pathname.split('/').slice(-1);
  const name = pointerTokens(fragment).at(-1) ?? fileName.replace(/\.[a-z]+$/i, '');
  return name.replace(/[^\w.-]+/g, '_') || 'component';
}
