// Bundles all functions at the same time, and prints their code as JSON, by entry. A process of its own, because constructs
// cannot wait for what esbuild does (lib/function-bundles.ts).
import { glob, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { FunctionBundle } from './function-bundles.ts';

const PROJECT = join(import.meta.dirname, '..');
const LAMBDA = join(PROJECT, 'lambda');
const SUFFIX = '.lambda.ts';

/**
 * Writes the keys of the SDK's schemas as they are, rather than by the name of a constant. Of a computed key esbuild cannot know
 * that it has no side effect, and so would keep the schema of every operation of a service.
 */
const literalSchemaKeys: Plugin = {
  name: 'literal-schema-keys',
  setup: ({ onLoad }) => {
    onLoad({ filter: /@aws-sdk\/client-[\w-]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const constants = new Map(
        [...source.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)].map(([, name, text]) => [name, text]),
      );
      return {
        contents: source.replace(/\[(_\w+)\]:/g, (key, name) =>
          constants.has(name) ? `${constants.get(name)}:` : key,
        ),
      };
    });
  },
};

/**
 * Gets the modules of Node.js without `import`, which reads every export of theirs, those too that are made when they are first
 * read: of `node:http` that is all of `fetch` and `WebSocket`, a fifth of a cold start.
 */
const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

const entries: Record<string, string> = {};
for await (const file of glob(`*${SUFFIX}`, { cwd: LAMBDA })) entries[basename(file, SUFFIX)] = join(LAMBDA, file);

const { outputFiles, metafile } = await build({
  absWorkingDir: PROJECT,
  entryPoints: entries,
  bundle: true,
  write: false,
  outdir: '.',
  outExtension: { '.js': '.mjs' },
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  // Names in stack traces stay readable, which is why no source map is shipped.
  keepNames: true,
  alias: { '@aws-sdk/credential-provider-node': join(LAMBDA, 'aws/environment-credentials.ts') },
  // Loaded by the SDK when an operation streams events, which none of ours does.
  external: ['@smithy/core/event-streams'],
  plugins: [literalSchemaKeys, plainBuiltins],
  logLevel: 'warning',
});

const bundles = Object.values(metafile.outputs).map(({ entryPoint = '', inputs }, n): [string, FunctionBundle] => [
  basename(entryPoint, SUFFIX),
  {
    code: outputFiles[n]?.text ?? '',
    bytesByFile: Object.fromEntries(Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput])),
  },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(bundles)));
