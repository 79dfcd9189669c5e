#!/usr/bin/env node
// The command line is TypeScript, which Node.js runs as it is from version 22.18. npm and npx bring a Node.js that does.
if (process.features.typescript) {
  await import('./audit-watcher.ts');
} else {
  console.error(
    `audit-watcher needs Node.js 22.18 or later; this is ${process.version}. ` +
      'Run it with npx or npm in its folder, after "npm ci" with optional packages and scripts, or install Node.js 24.',
  );
  process.exitCode = 1;
}
