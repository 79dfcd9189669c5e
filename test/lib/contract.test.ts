import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ALERT_SLOTS } from '../../lambda/audit/watch/alert-kinds.ts';
import {
  ALERT_KIND,
  AUDIT_STARTED_EVENT,
  auditPartition,
  digestKey,
  ERROR,
  NEXT,
  sweepKey,
  TABLE,
} from '../../lambda/contract.ts';
import { PROJECT, propertiesOf, synthesize } from './synthesize.ts';

const FILE = join(PROJECT, 'docs/contract.json');

const PLACE = { account: '<account>', region: '<region>' };

/** A rule of a choice, or a part of one. */
interface Rule {
  readonly Variable?: string;
  readonly And?: readonly Rule[];
}

interface State {
  readonly Type: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly ResultPath?: string | null;
  readonly SecondsPath?: string;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
  readonly Choices?: readonly (Rule & { readonly StringEquals?: string; readonly Next: string })[];
}

/** What executions, items, subscribers and scripts out there rely on, as it is now. */
function contractNow(): Record<string, readonly string[]> {
  const template = synthesize({ chatTopic: 'true' });
  const { DefinitionString } = propertiesOf(template, 'AWS::StepFunctions::StateMachine');
  const definition = JSON.parse(definitionText(DefinitionString)) as { States: Readonly<Record<string, State>> };
  const states = Object.entries(definition.States);
  return {
    states: states.map(([name, { Type }]) => `${Type} ${name}`),
    payloads: states.flatMap(([name, { Parameters, ResultPath }]) =>
      Parameters === undefined
        ? []
        : [
            `${name}: ${Object.entries(Parameters).map(([key, value]) => (key.endsWith('.$') ? `${key}=${value}` : key))} -> ${ResultPath === null ? 'discarded' : (ResultPath ?? '$')}`,
          ],
    ),
    choices: states.flatMap(([name, { Choices = [] }]) =>
      Choices.filter(({ StringEquals }) => StringEquals !== undefined).map(
        ({ Variable, StringEquals, Next }) => `${name}: ${Variable} ${StringEquals} -> ${Next}`,
      ),
    ),
    reads: states.flatMap(([name, state]) => pathsOf(state).map((path) => `${name}: ${path}`)),
    decisions: Object.values(NEXT),
    errors: Object.values(ERROR),
    table: [
      `key ${TABLE.partitionKey} ${TABLE.sortKey}`,
      `expires by ${TABLE.timeToLive}`,
      ...[TABLE.byAuditIndex, TABLE.openIndex, TABLE.byStartIndex].map(
        ({ name, partitionKey, sortKey }) => `index ${name} ${partitionKey} ${sortKey}`,
      ),
      `audit ${auditPartition({ ...PLACE, taskId: '<taskId>' })}`,
      `sweep ${Object.values(sweepKey(PLACE)).join(' ')}`,
      `digest ${Object.values(digestKey(PLACE)).join(' ')}`,
    ],
    startEvent: [AUDIT_STARTED_EVENT.source, AUDIT_STARTED_EVENT.detailType],
    alertKinds: Object.values(ALERT_KIND),
    alertSlots: ALERT_SLOTS,
    outputs: Object.keys(template.toJSON().Outputs),
  };
}

/** The paths that states read in the functions' answers and in errors, each once. */
function pathsOf({ SecondsPath, ErrorPath, CausePath, Choices = [] }: State): string[] {
  const tested = (rule: Rule): readonly (string | undefined)[] => [rule.Variable, ...(rule.And ?? []).flatMap(tested)];
  const paths = [SecondsPath, ErrorPath, CausePath, ...Choices.flatMap(tested)];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/** The definition with every reference in it named by its logical id. */
function definitionText(joined: unknown): string {
  const [, parts] = (joined as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
}

describe('the contract', () => {
  const now = contractNow();
  if (process.env.UPDATE_CONTRACT) writeFileSync(FILE, `${JSON.stringify(now, null, 2)}\n`);
  const kept = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, readonly string[]>;

  it.each(Object.keys(kept))('keeps its %s: executions, items and subscribers of before rely on them', (part) => {
    expect(now[part]).toEqual(expect.arrayContaining([...(kept[part] ?? [])]));
  });

  it('is written down as it is: after an addition run the tests with UPDATE_CONTRACT=1', () => {
    expect(kept).toEqual(now);
  });
});
