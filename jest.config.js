/** Tests are TypeScript ES modules; types are checked apart, by `npm run typecheck`. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/__tests__/shared-folder.mjs',
  testSequencer: '<rootDir>/__tests__/longest-first.mjs',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
  },
  // More than twice what a test waits for one thing at most, so that it says itself what it has waited for.
  testTimeout: 300_000,
};
