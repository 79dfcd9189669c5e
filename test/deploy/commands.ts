import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { run } from './children.ts';
import type { Lab } from './scenarios.ts';

const PROJECT = join(import.meta.dirname, '../..');
const SCHEMAS: { readonly $defs: Readonly<Record<string, AnySchema>> } = JSON.parse(
  readFileSync(join(PROJECT, 'docs/command-line-schema.json'), 'utf8'),
);

/** Every command of a reader answers from the deployed table, for people and as a document of its schema. */
export async function askCommands(environment: NodeJS.ProcessEnv, url: string, { stack }: Lab): Promise<void> {
  // It has findings, and was watched to its end.
  const { watch } = await stack.ended('sample');
  assert.ok(watch.auditName);
  const ask = async (...argv: readonly string[]) => {
    const program = join(PROJECT, 'bin/audit-watcher.ts');
    const { AWS_ENDPOINT_URL: _, ...others } = environment;
    const { exitCode, stdout, output } = await run(process.execPath, [program, ...argv, '--endpoint-url', url], {
      env: others,
    });
    assert.equal(exitCode, 0, `${argv.join(' ')}: ${output}`);
    return stdout;
  };

  const commands: readonly (readonly [expected: RegExp, command: string, ...argv: readonly string[]])[] = [
    [/non-compliant +CRITICAL/, 'status'],
    [/with findings +NightlyFleetAudit .* sample/, 'audits'],
    [/COMPLETED_WITH_FINDINGS/, 'show', 'sample'],
    [/CHANGE +EARLIER +LATER/, 'diff', 'sample', 'canceled'],
    [/open +[0-9a-f]{8} +CRITICAL/, 'findings', '--open'],
    [/non-compliant .* now/, 'history', 'iot_policy_overly_permissive'],
    [/audit sample: completed/, 'watch', 'sample'],
    [/COMPLETED_WITH_FINDINGS, sent +COMPLETED_WITH_FINDINGS/, 'replay', 'sample'],
  ];
  for (const [expected, command, ...argv] of commands) {
    assert.match(await ask(command, ...argv), expected);
    assertOfSchema(command, await ask(command, ...argv, '--json', '--quiet'));
  }
  const { findings } = JSON.parse(await ask('findings', '--open', '--json'));
  const jsonl = (await ask('export', '--format', 'jsonl', '--open')).trimEnd().split('\n');
  assert.deepEqual(
    jsonl.map((line) => JSON.parse(line).id),
    findings.map(({ id }: { id: string }) => id),
  );
  assert.match(
    await ask('suppress', findings[0].id, '--until', '30d', '--reason', 'known'),
    /\naws iot create-audit-suppression --region us-east-1 /,
  );
}

function assertOfSchema(command: string, text: string): void {
  const schema = SCHEMAS.$defs[command];
  assert.ok(schema, `docs/command-line-schema.json does not describe ${command}.`);
  const isDocument = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(isDocument(JSON.parse(text)), `${command}: ${JSON.stringify(isDocument.errors)}\n${text}`);
}
