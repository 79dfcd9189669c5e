import { join } from 'node:path';
import { type CommandResult, run } from './children.ts';

const PROJECT = join(import.meta.dirname, '../..');
const CDK = join(PROJECT, 'node_modules/aws-cdk/bin/cdk');

/** The CDK's command line, on this project. All that it writes goes to a folder of the test's own. */
export class Cdk {
  readonly #environment: NodeJS.ProcessEnv;
  /** Folder of the cloud assembly. */
  readonly assembly: string;

  constructor(environment: NodeJS.ProcessEnv, scratch: string) {
    // By default under the home directory, where it would keep the account of the emulator for credentials that say "test".
    this.#environment = { ...environment, CDK_HOME: join(scratch, 'cdk-home') };
    this.assembly = join(scratch, 'cdk.out');
  }

  /** On the app. @throws Error with what it printed */
  async run(command: string, ...options: readonly string[]): Promise<CommandResult> {
    return this.#run(command, ['-o', this.assembly, ...options]);
  }

  /** On what was synthesized before. @throws Error with what it printed */
  async runAssembly(command: string, ...options: readonly string[]): Promise<CommandResult> {
    return this.#run(command, ['--app', this.assembly, ...options]);
  }

  async #run(command: string, options: readonly string[]): Promise<CommandResult> {
    const result = await run(process.execPath, [CDK, command, ...options], {
      cwd: PROJECT,
      env: {
        ...this.#environment,
        CI: 'true',
        NO_COLOR: '1',
        CDK_DISABLE_VERSION_CHECK: '1',
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        // test/lib/app.test.ts validates the template.
        CDK_VALIDATION: 'false',
      },
      timeoutSeconds: 240,
    });
    if (result.exitCode !== 0) throw new Error(`cdk ${command} failed:\n${result.output}`);
    return result;
  }
}

/** `-c key=value` for each setting. */
export function context(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => [
    '-c',
    `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
}
