import { ApiResponse } from '@nestjs/swagger';
import { problem, PROBLEMS, type ProblemCode } from './problems.js';

const CODES = 'countersign:problem-codes';

/** Documents the problems a route answers with. May stand several times over a route: what they name is added up. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const all = new Set<ProblemCode>([...((Reflect.getMetadata(CODES, handler) as ProblemCode[]) ?? []), ...codes]);
    Reflect.defineMetadata(CODES, [...all], handler);
    for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
      const sharing = [...all].filter((code) => PROBLEMS[code].status === status).toSorted();
      ApiResponse({
        status,
        description: sharing.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/ProblemDto' },
            examples: Object.fromEntries(sharing.map((code) => [code, { value: example(code) }])),
          },
        },
      })(target, key, descriptor);
    }
  };
}

function example(code: ProblemCode) {
  const errors = PROBLEMS[code].status === 400 ? [{ pointer: '/name', message: 'name must be a string' }] : [];
  return problem(code, PROBLEMS[code].title.toLowerCase(), 'k2v7xq3mbn9c4w5ztr8ha6ydpe', errors);
}
