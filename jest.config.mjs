import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // One more than cores, where Jest would leave one core idle: the threads of a scenario wait for each other, so a worker
  // does not fill its core.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/test/longest-first.mjs',
  // What a test file loads stays in its worker. `npm run test:coverage` sets less: the more there is, the longer starting and
  // stopping coverage takes.
  workerIdleMemoryLimit: '1GB',
  // Only to end what hangs: some scenarios watch an audit for simulated days.
  testTimeout: 240_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/synthesize-once.ts',
  globalTeardown: '<rootDir>/test/remove-assembly.ts',
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.audit-watcher'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'lcov'],
  // What runs in worker threads and in the CDK's own process is run by the scenarios, but no coverage is seen of it there.
  collectCoverageFrom: [
    '{bin,cli,lib,lambda,local}/**/*.ts',
    '!bin/*.ts',
    '!lambda/audit/{answer/aws-answers,alert/alert-input,alert/kinds/kind,watch/course}.ts', // types only
    '!local/{local-stack-options,runs/day-report}.ts', // types only
    '!local/**/*.thread.ts',
    '!local/time/{thread-side,simulated-time}.ts',
  ],
  coverageThreshold: {
    global: { statements: 90, branches: 90, functions: 90, lines: 90 },
    './lambda/audit/': { statements: 100, branches: 100, functions: 100, lines: 100 },
  },
};
