import type { Type } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problem, PROBLEMS, type ProblemCode } from '../errors/problems.js';
import { ProblemDto } from './problem.dto.js';

const CODES = 'countersign:problem-codes';

/** Documents the problems that a route can return. Repeated decorators on a route add up. */
export function ApiProblems(...codes: ProblemCode[]): MethodDecorator {
  return documentProblems(codes, ProblemDto);
}

/** Documents problems that may have members of their own. @param type extends {@link ProblemDto} with these members */
export function ApiProblemsAs(type: Type<ProblemDto>, ...codes: ProblemCode[]): MethodDecorator {
  return documentProblems(codes, type);
}

function documentProblems(codes: readonly ProblemCode[], type: Type<ProblemDto>): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const documented = (Reflect.getMetadata(CODES, handler) as Map<ProblemCode, Type<ProblemDto>> | undefined) ?? [];
    const all = new Map([...documented, ...codes.map((code) => [code, type] as const)]);
    Reflect.defineMetadata(CODES, all, handler);
    for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
      const sharing = [...all.keys()].filter((code) => PROBLEMS[code].status === status).toSorted();
      // A type's own members are optional, so it also describes the plain problems of the same status.
      const { name } = sharing.map((code) => all.get(code)).find((each) => each !== ProblemDto) ?? ProblemDto;
      ApiResponse({
        status,
        description: sharing.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
        content: {
          'application/problem+json': {
            schema: { $ref: `#/components/schemas/${name}` },
            examples: Object.fromEntries(sharing.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      })(target, key, descriptor);
    }
  };
}

function exampleOf(code: ProblemCode) {
  const errors = PROBLEMS[code].status === 400 ? [{ pointer: '/name', message: 'name must be a string' }] : [];
  return problem(code, PROBLEMS[code].title.toLowerCase(), 'k2v7xq3mbn9c4w5ztr8ha6ydpe', errors);
}
