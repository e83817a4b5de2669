/** Text that may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** Builds HTML; whatever is put in is escaped unless it is HTML itself. */
export function html(strings: TemplateStringsArray, ...values: (string | Html | undefined)[]): Html {
  const text = strings.reduce((all, part, index) => all + part + place(values[index]), '');
  return new Html(text);
}

/** One part after the other. */
export function joined(parts: Html[]): Html {
  return new Html(parts.map(({ text }) => text).join(''));
}

function place(value: string | Html | undefined): string {
  return value instanceof Html
    ? value.text
    : (value ?? '').replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
