const CONCATENATION = /\b(\w+) = \1 === null \? ([\w.]+) : \1\.concat\(\2\)/g;

/**
 * Ajv's option `code.process`: changes generated code so that collecting all errors takes linear time. Ajv copies the list of errors at each
 * reference, so 20,000 invalid items took a minute.
 */
export function withLinearErrors(code: string): string {
  return code.replaceAll(
    CONCATENATION,
    '$1 = $1 === null ? $2 : $2.reduce((all, error) => { all.push(error); return all; }, $1)',
  );
}
