import * as z from 'zod';
import { readAudit } from '../../lambda/audit/answer/reading.ts';
import { highestSeverity, SEVERITIES, type Severity } from '../../lambda/audit/answer/severity.ts';
import type { RegisteredAlert, Watch } from '../../lambda/audit/watch/watch.ts';
import { parseJson } from '../../lambda/json.ts';
import type { Publication } from '../../local/services/sns-publish.ts';
import { alertKey } from '../builders.ts';
import { snapshotsIn } from '../stored-snapshots.ts';

/** The machine-readable body, as far as it can be held against what is stored. */
const bodyShape = z.object({
  alertKey: z.string(),
  kind: z.string(),
  severity: z.enum(SEVERITIES),
  checks: z.array(z.object({ checkName: z.string(), severity: z.enum(SEVERITIES), checkRunStatus: z.string() })),
});
type Body = z.infer<typeof bodyShape>;

/** The states of a check that make an alert of this kind name it. */
const TROUBLE: Readonly<Record<string, readonly string[]>> = {
  NON_COMPLIANT_DETECTED: ['COMPLETED_NON_COMPLIANT'],
  CHECK_FAILED: ['FAILED'],
  COMPLETED_WITH_FINDINGS: ['COMPLETED_NON_COMPLIANT', 'FAILED'],
  RECOVERED: [],
  COMPLETED_COMPLIANT: [],
  WATCHER_GAVE_UP: ['COMPLETED_NON_COMPLIANT', 'FAILED'],
};
const LEAST_SEVERITY: Readonly<Record<string, Severity>> = { WATCHER_GAVE_UP: 'HIGH' };

/** What the published alerts of an audit say, and its stored result does not. */
export function brokenContents(
  { taskId, alerts }: Watch,
  items: readonly Readonly<Record<string, unknown>>[],
  publications: readonly Publication[],
): string[] {
  const snapshots = snapshotsIn(items);
  const bodies = publications.flatMap(({ bodies }) => bodyShape.safeParse(parseJson(bodies.default)).data ?? []);
  const broken = Object.entries(alerts).flatMap(([slot, alert]) => {
    const { answer = {} } = snapshots.find(({ poll }) => poll === alert.poll) ?? {};
    const states = new Map(readAudit(answer).checks.map(({ name, details }) => [name, details.checkRunStatus]));
    return bodies
      .filter((body) => body.alertKey === alertKey(taskId, slot))
      .flatMap((body) => flawsOf(body, alert, states))
      .map((flaw) => `${slot} ${flaw}`);
  });
  return [...new Set(broken)];
}

function flawsOf(
  { kind, severity, checks }: Body,
  alert: RegisteredAlert,
  states: ReadonlyMap<string, string | undefined>,
): string[] {
  const trouble = TROUBLE[alert.kind];
  if (trouble === undefined) return [`is a ${alert.kind}, a kind that the matrix does not know`];
  const isTrouble = (state: string | undefined) => state !== undefined && trouble.includes(state);
  const wanted = [...states].filter(([, state]) => isTrouble(state)).map(([name]) => name);
  const named = checks.filter(({ checkRunStatus }) => isTrouble(checkRunStatus));
  const worst = highestSeverity([LEAST_SEVERITY[alert.kind] ?? 'INFO', ...named.map((check) => check.severity)]);
  const mistaken = checks.filter(({ checkName, checkRunStatus }) => states.get(checkName) !== checkRunStatus);
  return [
    ...(kind === alert.kind ? [] : [`is published as ${kind}, not ${alert.kind}`]),
    ...mistaken.map(({ checkName, checkRunStatus }) => `calls ${checkName} ${checkRunStatus}, which it is not`),
    ...wanted
      .filter((name) => !named.some(({ checkName }) => checkName === name))
      .map((name) => `does not name ${name}, which is in trouble`),
    ...(trouble.length === 0 || severity === worst ? [] : [`is ${severity}, not ${worst}`]),
  ];
}
