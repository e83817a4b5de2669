import { configureGlobal } from 'fast-check';

/**
 * Property tests try the same values in every run, so that a red run tells of the change that it tests. Who hunts for
 * more sets `PROPERTY_SEED=random` and `PROPERTY_RUNS` (runs of each property that does not say how many it wants).
 */
const { PROPERTY_SEED = '20260401', PROPERTY_RUNS } = process.env;

configureGlobal({
  ...(PROPERTY_SEED === 'random' ? {} : { seed: Number(PROPERTY_SEED) }),
  ...(PROPERTY_RUNS === undefined ? {} : { numRuns: Number(PROPERTY_RUNS) }),
});
