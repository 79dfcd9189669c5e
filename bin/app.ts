import { App } from 'aws-cdk-lib/core';
import { AuditWatcherStack } from '../lib/audit-watcher-stack.ts';
import { ConfigurationError, readConfiguration } from '../lib/configuration/configuration.ts';

// Synthesized only when the stack is complete: a configuration error must not leave an assembly without it.
const app = new App({ autoSynth: false });

try {
  const configuration = readConfiguration(app.node.getAllContext());
  new AuditWatcherStack(app, 'AuditWatcher', { configuration });
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // The user's to mend, not ours: the sentences say how, a stack trace would not.
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
