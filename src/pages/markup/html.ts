/** HTML that is inserted into a page without escaping. */
export class Html {
  constructor(readonly text: string) {}
}

/** Template tag that builds HTML. Interpolated values are escaped, except for {@link Html}. */
export function html(strings: TemplateStringsArray, ...values: (string | Html | undefined)[]): Html {
  const text = strings.reduce((all, part, index) => all + part + escaped(values[index]), '');
  return new Html(text);
}

/** Concatenates HTML. */
export function joinHtml(parts: Html[]): Html {
  return new Html(parts.map(({ text }) => text).join(''));
}

function escaped(value: string | Html | undefined): string {
  return value instanceof Html
    ? value.text
    : (value ?? '').replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
