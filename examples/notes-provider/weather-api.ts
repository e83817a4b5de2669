import type { Route } from './json-api.js';

const towns: Record<string, { celsius: number; sky: string }> = {
  Aarhus: { celsius: 11, sky: 'cloudy' },
  Lisbon: { celsius: 24, sky: 'clear' },
  'São Paulo': { celsius: 27, sky: 'rain' },
};

/** The routes of Town weather. They require no authentication. */
export function weatherRoutes(): Route[] {
  return [
    { method: 'GET', path: '/towns', handle: () => ({ status: 200, body: { towns: Object.keys(towns) } }) },
    {
      method: 'GET',
      path: '/weather/{town}',
      handle: ({ query }, { town = '' }) => {
        const weather = towns[town];
        if (!weather) return { status: 404, body: { error: `town not found: ${town}` } };
        const units = query.units === 'fahrenheit' ? 'fahrenheit' : 'celsius';
        const temperature = units === 'celsius' ? weather.celsius : Math.round(weather.celsius * 1.8 + 32);
        return { status: 200, body: { town, temperature, units, sky: weather.sky } };
      },
    },
  ];
}

export function weatherDocument(url: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Town weather',
      version: '1.0.0',
      description: 'The weather in a few towns. Requires no authentication.',
    },
    servers: [{ url }],
    paths: {
      '/towns': {
        get: {
          operationId: 'listTowns',
          summary: 'List the towns',
          responses: { '200': { description: 'The towns' } },
        },
      },
      '/weather/{town}': {
        get: {
          operationId: 'getWeather',
          summary: 'Get the weather in a town',
          parameters: [
            {
              name: 'town',
              in: 'path',
              required: true,
              description: 'The name of the town',
              schema: { type: 'string', examples: ['Lisbon'] },
            },
            {
              name: 'units',
              in: 'query',
              description: 'The unit of the temperature',
              schema: { type: 'string', enum: ['celsius', 'fahrenheit'], default: 'celsius' },
            },
          ],
          responses: { '200': { description: 'The weather' }, '404': { description: 'Town not found' } },
        },
      },
    },
  };
}
