// How the SDK is bundled for a function of Lambda: esbuild's plugins, and what they put in the place of files of the SDK.
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Plugin, transform } from 'esbuild';

const AWS = join(import.meta.dirname, '../../lambda/aws');

/** Packages of the SDK, and what takes their place in a function, which has its credentials in the environment. */
export const REPLACED_PACKAGES = {
  '@aws-sdk/credential-provider-node': join(AWS, 'environment-credentials.ts'),
};

/** Files within `@smithy/core`, and what takes their place. */
const REPLACED_FILES: readonly (readonly [file: RegExp, by: string])[] = [
  [/[\\/]config[\\/]node-config-provider[\\/]configLoader\.js$/, 'environment-settings.ts'],
  [/[\\/]serde[\\/]uuid[\\/]v4\.js$/, 'request-ids.ts'],
];

const replacedFiles: Plugin = {
  name: 'replaced-files',
  setup: ({ onLoad }) => {
    for (const [filter, by] of REPLACED_FILES) {
      onLoad({ filter }, () => ({ contents: `export * from './${by}';`, resolveDir: AWS }));
    }
  },
};

/**
 * Packages get short names before they are bundled, and our own code keeps its names, so that a stack trace can be read without
 * a source map. Esbuild's own way, `keepNames`, sets the name of each function and class when the bundle is loaded.
 */
const shortNames: Plugin = {
  name: 'short-names',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const { code } = await transform(SCHEMAS.test(path) ? withLiteralKeys(source) : source, {
        minify: true,
        // What a module exports gets a short name too; a script's names could be anybody's.
        format: /^(?:import|export)\b/m.test(source) ? 'esm' : undefined,
      });
      return { contents: code };
    });
  },
};

const SCHEMAS = /@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;

/**
 * Writes the keys of the SDK's schemas as they are, rather than by the name of a constant. Of a computed key esbuild cannot know
 * that it has no side effect, and so would keep the schema of every operation of a service.
 */
function withLiteralKeys(schemas: string): string {
  const constants = new Map(
    [...schemas.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return schemas.replace(/\[(_\w+)\]:/g, (key, name) => (constants.has(name) ? `${constants.get(name)}:` : key));
}

/** Of its own package.json a client of the SDK reads the version only. */
const versionsOnly: Plugin = {
  name: 'versions-only',
  setup: ({ onLoad }) => {
    onLoad({ filter: /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
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
    onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path, kind }) =>
      isBuiltin(path)
        ? { path, namespace: kind === 'import-statement' ? 'builtin' : 'whole-builtin', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: exportsOf(path) }));
    // Of `await import()` esbuild does not know what is used: nothing is read.
    onLoad({ filter: /./, namespace: 'whole-builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/** All plugins. */
export const SDK_SURROUNDINGS: readonly Plugin[] = [replacedFiles, shortNames, versionsOnly, plainBuiltins];

/** Globals that Node.js makes when they are first read: web streams take longer than a call, and no function has any. */
export const ABSENT_GLOBALS = { ReadableStream: 'undefined', Blob: 'undefined' };

/** Modules that many invocations do without: they are loaded when a function of theirs is first called. */
const LOADED_WHEN_CALLED = new Set(['node:zlib']);

/**
 * A module of Node.js as an ES module, of which esbuild keeps what is imported. What the module makes when it is first read is
 * not read before it is called or compared with.
 */
function exportsOf(builtin: string): string {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(process.getBuiltinModule(builtin) ?? {}));
  const names = properties.filter(([name]) => name !== 'default' && /^[A-Za-z_]\w*$/.test(name));
  const exported = names.map(([name, { get }]) => {
    const value = get || LOADED_WHEN_CALLED.has(builtin) ? `later('${name}')` : `(() => whole.${name})()`;
    return `const _${name} = /* @__PURE__ */ ${value};`;
  });
  const load = `process.getBuiltinModule('${builtin}')`;
  return `
    const whole = /* @__PURE__ */ ${load};
    const later = (name) => Object.defineProperty((...given) => ${load}[name](...given), Symbol.hasInstance, {
      value: (value) => value instanceof ${load}[name],
    });
    export default whole;
    ${exported.join('\n')}
    export { ${names.map(([name]) => `_${name} as ${name}`).join(', ')} };`;
}
