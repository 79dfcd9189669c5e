import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A resource of the synthesized template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** What `cdk synth` writes, as far as it is run here. */
export interface CloudAssembly {
  readonly directory: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  /** Folder of the asset that is stored under an S3 key. */
  assetDirectory(s3Key: string): string;
}

/** The app could not be synthesized; the message is what the app printed. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

/**
 * Runs the CDK app of a project, as the CDK command line does, and returns what it wrote.
 *
 * @param settings context values over those of cdk.json, as `-c key=value` gives them
 * @param signal ends the app when this process is about to end: it would make its folder again, which nobody removes
 */
export async function synthesize(
  project: string,
  directory: string,
  settings: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<CloudAssembly> {
  const { app, context } = await readCdkJson(project);
  const [, ...appArguments] = app.split(' ');
  const child = spawn(process.execPath, appArguments, {
    cwd: project,
    env: {
      // Validating the template takes longer than all else, and says nothing about what runs here: `cdk synth` does it.
      CDK_VALIDATION: 'false',
      ...process.env,
      CDK_OUTDIR: directory,
      // No table of AWS is here, so the stack gets one of its own.
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...settings, existingTableName: '' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    // After an abort nobody waits for the result.
    child.on('close', (exitCode) => {
      if (!signal?.aborted) resolve(exitCode);
    });
    signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  });
  if (code !== 0) throw new SynthesisError(printed.trim());
  return readAssembly(directory);
}

/** Reads a cloud assembly with one stack. */
export async function readAssembly(directory: string): Promise<CloudAssembly> {
  const manifest = await readJson<Manifest>(join(directory, 'manifest.json'));
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [name, stack] = stacks[0] ?? [];
  if (name === undefined || stack?.properties?.templateFile === undefined || stacks.length > 1) {
    throw new SynthesisError(`${directory} holds ${stacks.length} stacks. Allowed: one. Synthesize the app again.`);
  }
  const template = await readJson<{ Resources: Record<string, TemplateResource> }>(
    join(directory, stack.properties.templateFile),
  );
  const assets = await readJson<{ files: Record<string, { source: { path: string } }> }>(
    join(directory, `${name}.assets.json`),
  );
  return {
    directory,
    resources: template.Resources,
    assetDirectory: (s3Key) => {
      const file = assets.files[s3Key.replace(/\.zip$/, '')];
      if (file === undefined) throw new SynthesisError(`${directory} has no asset for ${s3Key}. Synthesize again.`);
      return join(directory, file.source.path);
    },
  };
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, { type: string; properties?: { templateFile?: string } }>>;
}

async function readCdkJson(project: string): Promise<{ app: string; context: Record<string, unknown> }> {
  const file = join(project, 'cdk.json');
  try {
    return await readJson(file);
  } catch (cause) {
    throw new SynthesisError(
      `${file} cannot be read: ${String(cause)}. Correct it, or restore it: git checkout cdk.json`,
      {
        cause,
      },
    );
  }
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
