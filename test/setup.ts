import fc from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that the gate answers the same for the same code. Other cases:
 * VEDETTE_TEST_SEED=17 npx vitest run
 */
fc.configureGlobal({ seed: Number(process.env.VEDETTE_TEST_SEED ?? 20261120) });
