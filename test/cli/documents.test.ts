import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as z from 'zod';
import { auditsSchema } from '../../cli/audits/schema.ts';
import { diffSchema } from '../../cli/diff/schema.ts';
import { findingsSchema } from '../../cli/findings/schema.ts';
import { historySchema } from '../../cli/history/schema.ts';
import { replaySchema } from '../../cli/replay/schema.ts';
import { reportSchema } from '../../cli/report/schema.ts';
import { showSchema } from '../../cli/show/schema.ts';
import { startSchema } from '../../cli/start/schema.ts';
import { statusSchema } from '../../cli/status/schema.ts';
import { suppressSchema } from '../../cli/suppress/schema.ts';
import { suppressionsSchema } from '../../cli/suppressions/schema.ts';
import { watchSchema } from '../../cli/watch/schema.ts';
import { NOVEMBER, NOW, OCTOBER, recordFleet } from './fleet-history.ts';
import { RecordedHistory } from './recorded-history.ts';
import { runCli } from './terminal.ts';

const FILE = join(import.meta.dirname, '../../docs/command-line-schema.json');

const SCHEMAS = {
  status: statusSchema,
  audits: auditsSchema,
  show: showSchema,
  diff: diffSchema,
  findings: findingsSchema,
  history: historySchema,
  watch: watchSchema,
  start: startSchema,
  suppress: suppressSchema,
  suppressions: suppressionsSchema,
  replay: replaySchema,
  report: reportSchema,
};

/** With `io: 'input'`, the schema leaves room for the fields of a later version. */
function published() {
  const $defs = Object.entries(SCHEMAS).map(([command, schema]) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
    return [command, { description: `What audit-watcher ${command} --json writes`, ...rest }];
  });
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $defs: Object.fromEntries($defs) };
}

let directory = '';
let finding = '';
beforeAll(async () => {
  directory = await recordFleet();
  const { out } = await runCli(['findings', '--local', directory, '--json'], { now: NOW });
  finding = JSON.parse(out).findings[0].id;
});
afterAll(() => RecordedHistory.remove(directory));

describe('docs/command-line-schema.json', () => {
  test('is that of the sources', () => {
    if (process.env.UPDATE_SCHEMAS) writeFileSync(FILE, `${JSON.stringify(published(), null, 2)}\n`);

    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(published());
  });

  test.each<[keyof typeof SCHEMAS, () => readonly string[]]>([
    ['status', () => []],
    ['audits', () => ['--since', '2026-10-01']],
    ['show', () => [NOVEMBER]],
    ['diff', () => [OCTOBER, NOVEMBER]],
    ['findings', () => []],
    ['history', () => ['ca_certificate_expiring']],
    ['watch', () => [NOVEMBER, '--quiet']],
    ['suppress', () => [finding, '--until', '30d', '--reason', 'known']],
    ['replay', () => [NOVEMBER]],
    ['report', () => []],
  ])('describes all that %s writes', async (command, argv) => {
    const { out, err } = await runCli([command, ...argv(), '--local', directory, '--json'], { now: NOW });

    // Closed: a field that the schema does not have is a mistake here.
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(z.toJSONSchema(SCHEMAS[command]));
    validate(JSON.parse(out));
    expect(validate.errors).toBeNull();
    expect(err).toBe('');
  });
});
