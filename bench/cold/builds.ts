import { cp, glob, readFile, symlink, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { App, Stack } from 'aws-cdk-lib/core';
import { readAssembly } from '../../local/assembly/cloud-assembly.ts';
import type { Deployment } from '../../local/assembly/deployment.ts';
import { functionNamed } from '../function-named.ts';

/** The ways to build a function that are compared. */
const BUILDS = ['ours', 'default', 'unbundled'] as const;
export type Build = (typeof BUILDS)[number];

/** Files of the built functions, by build and entry. */
export type BuiltFunctions = Readonly<Record<Build, ReadonlyMap<string, string>>>;

/** Builds every function in every way, into a folder from which the packages of the project are found. */
export async function buildFunctions(
  project: string,
  folder: string,
  entries: ReadonlyMap<string, string>,
  deployment: Deployment,
): Promise<BuiltFunctions> {
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  return {
    ours: new Map([...entries].map(([entry, id]) => [entry, functionNamed(deployment, id).module])),
    default: await buildByDefault(project, join(folder, 'default'), [...entries.keys()]),
    unbundled: await stripTypes(project, join(folder, 'unbundled'), [...entries.keys()]),
  };
}

/** What `NodejsFunction` builds from the file alone: CommonJS, readable, the SDK left to the runtime. */
async function buildByDefault(project: string, outdir: string, entries: readonly string[]) {
  const { context } = JSON.parse(await readFile(join(project, 'cdk.json'), 'utf8'));
  const app = new App({ outdir, context, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Default');
  for (const entry of entries) {
    new NodejsFunction(stack, idOf(entry), {
      entry: join(project, 'lambda', `${entry}.lambda.ts`),
      projectRoot: project,
      depsLockFilePath: join(project, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
    });
  }
  app.synth();
  const { resources, assetDirectory } = await readAssembly(outdir);
  const functions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
  return new Map(
    functions.map(([id, { Properties }]) => {
      const { Code } = Properties as { Code: { S3Key: string } };
      const entry = entries.find((entry) => id.startsWith(idOf(entry))) ?? '';
      return [entry, join(assetDirectory(Code.S3Key), 'index.js')];
    }),
  );
}

function idOf(entry: string): string {
  return `Default${entry.replaceAll('-', '')}`;
}

/** The program that starts a function, without its types. */
export async function buildFirstInvocation(folder: string): Promise<string> {
  const source = await readFile(join(import.meta.dirname, 'first-invocation.ts'), 'utf8');
  const file = join(folder, 'first-invocation.mjs');
  await writeFile(file, stripTypeScriptTypes(source));
  return file;
}

/** The sources without their types, file by file. */
async function stripTypes(project: string, folder: string, entries: readonly string[]) {
  await cp(join(project, 'lambda'), folder, { recursive: true });
  for await (const file of glob('**/*.ts', { cwd: folder })) {
    const source = await readFile(join(folder, file), 'utf8');
    const script = stripTypeScriptTypes(source).replace(/(from '\.[^']*)\.ts'/g, "$1.js'");
    await writeFile(join(folder, file.replace(/\.ts$/, '.js')), script);
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return new Map(entries.map((entry) => [entry, join(folder, `${entry}.lambda.js`)]));
}
