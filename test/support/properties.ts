import { configureGlobal } from 'fast-check';

/**
 * Property tests use the same seed in every run, so that a failure points at the change under test. To search for
 * more failures, set `PROPERTY_SEED=random` and `PROPERTY_RUNS` (the number of runs of properties without their own).
 */
const { PROPERTY_SEED = '20260401', PROPERTY_RUNS } = process.env;

configureGlobal({
  ...(PROPERTY_SEED === 'random' ? {} : { seed: Number(PROPERTY_SEED) }),
  ...(PROPERTY_RUNS === undefined ? {} : { numRuns: Number(PROPERTY_RUNS) }),
});
