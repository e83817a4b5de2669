import type { Type } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';
import { problem, PROBLEMS, type ProblemCode } from '../errors/problems.js';

const CODES = 'countersign:problem-codes';

/** Documents the problems a route answers with. May stand several times over a route: what they name is added up. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator {
  return documents(codes, ProblemDto);
}

/** The same, of problems that may have members of their own. @param type extends {@link ProblemDto} with them */
export function ApiProblemsAs(type: Type<ProblemDto>, ...codes: ProblemCode[]): MethodDecorator {
  return documents(codes, type);
}

function documents(codes: readonly ProblemCode[], type: Type<ProblemDto>): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const known = (Reflect.getMetadata(CODES, handler) as Map<ProblemCode, Type<ProblemDto>> | undefined) ?? [];
    const all = new Map([...known, ...codes.map((code) => [code, type] as const)]);
    Reflect.defineMetadata(CODES, all, handler);
    for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
      const sharing = [...all.keys()].filter((code) => PROBLEMS[code].status === status).toSorted();
      // The members of its own are optional: it describes the plain ones of that status too.
      const { name } = sharing.map((code) => all.get(code)).find((each) => each !== ProblemDto) ?? ProblemDto;
      ApiResponse({
        status,
        description: sharing.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
        content: {
          'application/problem+json': {
            schema: { $ref: `#/components/schemas/${name}` },
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
