const FORMAT = new Intl.NumberFormat('en');

/** A count with its noun: "1 warning", "2,000 warnings". */
export function plural(count: number, noun: string): string {
  return `${FORMAT.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}
