import config from '../../jest.config.mjs';

const { testEnvironment, extensionsToTreatAsEsm, transform, modulePathIgnorePatterns } = config;

/** The tests that need a browser; nothing is synthesized for them. @type {import('jest').Config} */
export default {
  rootDir: '../..',
  testEnvironment,
  extensionsToTreatAsEsm,
  transform,
  modulePathIgnorePatterns,
  testMatch: ['<rootDir>/test/browser/*.browser.ts'],
  // One browser at a time: each takes the memory of several tests.
  maxWorkers: 1,
  testTimeout: 120_000,
};
