import { App } from 'aws-cdk-lib/core';
import { AuditWatcherStack } from '../lib/audit-watcher-stack.ts';
import { readConfiguration } from '../lib/configuration/configuration.ts';
import { ConfigurationError } from '../lib/configuration/problem.ts';

// Synthesized only when the stack is complete: a configuration error must not leave an assembly without it.
const app = new App({ autoSynth: false });

try {
  const configuration = readConfiguration(app.node.getAllContext());
  new AuditWatcherStack(app, 'AuditWatcher', { configuration });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // The user can fix it: the sentences say how, a stack trace would not.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
