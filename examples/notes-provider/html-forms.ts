/** A form of a page with the initial values of its fields. */
export interface Form {
  method: 'GET' | 'POST';
  /** as in the page; `''` means the page's own URL */
  action: string;
  fields: Record<string, string>;
  /** names of password fields */
  passwords: string[];
  buttons: Button[];
}

interface Button {
  name: string | undefined;
  value: string;
  label: string;
  /** the button's own target, which overrides the form's */
  action: string | undefined;
}

/** Returns the forms of a page. It supports pages that work without JavaScript, and is not a general HTML parser. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, attributes = '', content = '']) => {
    const form = attributesOf(attributes);
    return {
      method: form.method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      action: form.action ?? '',
      ...fieldsOf(content),
      buttons: buttonsOf(content),
    };
  });
}

function fieldsOf(content: string): Pick<Form, 'fields' | 'passwords'> {
  const fields: Record<string, string> = {};
  const passwords: string[] = [];
  for (const [, attributes = ''] of content.matchAll(/<input\b([^>]*)>/gi)) {
    const { name, type = 'text', value, checked } = attributesOf(attributes);
    if (!name || /^(?:submit|button|image|reset)$/i.test(type)) continue;
    if (/^(?:checkbox|radio)$/i.test(type) && checked === undefined) continue;
    fields[name] = value ?? (/^(?:checkbox|radio)$/i.test(type) ? 'on' : '');
    if (/^password$/i.test(type)) passwords.push(name);
  }
  for (const [, attributes = '', text = ''] of content.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/gi)) {
    const { name } = attributesOf(attributes);
    if (name) fields[name] = unescapeHtml(text);
  }
  for (const [, attributes = '', options = ''] of content.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)) {
    const { name } = attributesOf(attributes);
    const choices = [...options.matchAll(/<option\b([^>]*)>/gi)].map(([, option = '']) => attributesOf(option));
    const chosen = choices.find(({ selected }) => selected !== undefined) ?? choices[0];
    if (name && chosen?.value !== undefined) fields[name] = chosen.value;
  }
  return { fields, passwords };
}

function buttonsOf(content: string): Button[] {
  const buttons: Button[] = [];
  for (const [, attributes = '', text = ''] of content.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)) {
    const { type = 'submit', name, value = '', formaction } = attributesOf(attributes);
    if (type.toLowerCase() !== 'submit') continue;
    const label = unescapeHtml(text.replace(/<[^>]*>/g, ''))
      .replace(/\s+/g, ' ')
      .trim();
    buttons.push({ name, value, label, action: formaction });
  }
  for (const [, attributes = ''] of content.matchAll(/<input\b([^>]*)>/gi)) {
    const { type = '', name, value = '', formaction } = attributesOf(attributes);
    if (type.toLowerCase() === 'submit') buttons.push({ name, value, label: value, action: formaction });
  }
  return buttons;
}

function attributesOf(text: string): Record<string, string | undefined> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', double, single, bare] of text.matchAll(
    /([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g,
  )) {
    attributes[name.toLowerCase()] = unescapeHtml(double ?? single ?? bare ?? '');
  }
  return attributes;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[name?.toLowerCase() ?? ''] ?? whole;
  });
}
