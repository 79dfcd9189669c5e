import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../lambda/audit/alert/alert-input.ts';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { moveLedger } from '../../../../lambda/audit/ledger/comparison.ts';
import type { PublishedTrouble } from '../../../../lambda/audit/ledger/entry.ts';
import { buildAnswer, buildCompliant, buildFailed, buildNonCompliant, buildSnapshot } from '../../../builders.ts';
import { Ledger, night } from '../ledger/ledgers.ts';
import { composed, headlineOf, sectionOf, TONIGHT } from './nights.ts';

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const CLIENT_IDS = 'CONFLICTING_CLIENT_IDS_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const REVOKED = 'REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK';
const HEADING = 'OPEN OR UNKNOWN IN OTHER AUDITS';
const CANCELED = { checkRunStatus: 'CANCELED' };

const bad = buildNonCompliant();
const weekly = (day: number) =>
  night(day, { taskId: `weekly-${day}`, auditName: 'Weekly', startedAt: `2026-09-0${day}T04:00:00.000Z` });

/** An alert about an audit of LOGGING_DISABLED_CHECK alone, after weekly audits with these checks. */
function alert(kind: AlertInput['kind'], status: string, now: CheckDetails, ...weeks: Record<string, CheckDetails>[]) {
  const ledger = new Ledger();
  ledger.move({ [LOGGING]: bad }, night(1));
  ledger.publish([LOGGING], night(1));
  weeks.forEach((details, index) => {
    ledger.move(details, weekly(1 + index));
  });
  const answer = buildAnswer({ taskStatus: status, auditDetails: { [LOGGING]: now } });
  const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries: ledger.entries });
  return composed({ kind, snapshot: buildSnapshot({ answer }), comparison });
}

describe('what other audits left open or unknown', () => {
  test.each<[AlertInput['kind'], string, CheckDetails]>([
    ['RECOVERED', 'COMPLETED', buildCompliant()],
    ['SUPPRESSED', 'COMPLETED', buildCompliant({ suppressedNonCompliantResourcesCount: 4 })],
    ['COMPLETED_COMPLIANT', 'COMPLETED', buildCompliant()],
    ['COMPLETED_WITH_FINDINGS', 'COMPLETED', bad],
    ['COMPLETED_INCOMPLETE', 'COMPLETED', CANCELED],
    ['AUDIT_NOT_COMPLETED', 'FAILED', CANCELED],
  ])('is said in %s, first line included', (kind, status, now) => {
    const { email, chat } = alert(kind, status, now, { [POLICY]: bad });

    expect(headlineOf(email)).toContain('AWS IoT policies overly permissive is still open: another audit found it.');
    expect(sectionOf(email, HEADING)).toBe(
      'AWS IoT policies overly permissive: 3 resources non-compliant since 2026-09-01',
    );
    expect(chat.content.description).toContain('*Open or unknown in other audits*\nAWS IoT policies overly permissive');
    expect(email).not.toContain('Nothing to do.');
  });

  test('names the audit role if a check of another audit lacks permissions', () => {
    const { email } = alert('RECOVERED', 'COMPLETED', buildCompliant(), { [POLICY]: buildFailed() });

    expect(sectionOf(email, 'NEXT STEPS')).toContain(
      'AWSIoTDeviceDefenderAudit. 2. Run the checks of the other audits',
    );
  });

  test('is not said in an alert about the run, which is about one kind of trouble', () => {
    const { email } = alert('NON_COMPLIANT_DETECTED', 'IN_PROGRESS', bad, { [POLICY]: bad });

    expect(email).not.toMatch(/overly permissive|OTHER AUDITS/);
  });

  test.each<[string, Record<string, CheckDetails>[], string, string]>([
    [
      'canceled since it was compliant',
      [{ [POLICY]: buildCompliant() }, { [POLICY]: CANCELED }],
      'is still unknown: another audit got no result for it.',
      'AWS IoT policies overly permissive: canceled, unknown since 2026-09-02; previously compliant since 2026-09-01',
    ],
    [
      'failed, and never had a result',
      [{ [POLICY]: buildFailed() }],
      'is still unknown: another audit got no result for it.',
      'AWS IoT policies overly permissive: failed: INSUFFICIENT_PERMISSIONS, unknown since 2026-09-01',
    ],
    [
      'failed since it was open',
      [{ [POLICY]: bad }, { [POLICY]: buildFailed({ errorCode: undefined }) }],
      'is still open: another audit found it.',
      'AWS IoT policies overly permissive: failed, unknown since 2026-09-02; previously 3 resources non-compliant since 2026-09-01',
    ],
  ])('is described as far as it is known: a check that %s', (_, weeks, sentence, line) => {
    const { email } = alert('RECOVERED', 'COMPLETED', buildCompliant(), ...weeks);

    expect(headlineOf(email)).toContain(
      `1 check recovered in this AWS IoT audit. AWS IoT policies overly permissive ${sentence}`,
    );
    expect(sectionOf(email, HEADING)).toBe(line);
    expect(sectionOf(email, 'NEXT STEPS')).toContain(
      'Run the checks of the other audits again: aws iot start-on-demand-audit-task --region eu-west-1 \\ --target-check-names IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
    );
  });

  test.each<[PublishedTrouble['outcome'], string, string]>([
    ['FAILED', 'is still unknown', 'failed'],
    ['NON_COMPLIANT', 'is still open', '7 resources non-compliant in the audit of 2026-09-01'],
  ])('includes trouble that an audit published while it ran: %s', (outcome, sentence, known) => {
    const published = {
      outcome,
      resources: 7,
      severity: 'HIGH',
      sentAs: 'HIGH',
      auditNames: ['Weekly'],
      audit: weekly(1),
    } as const;
    const answer = buildAnswer({ auditDetails: { [LOGGING]: buildCompliant() } });
    const entries = [{ checkName: POLICY, version: 1, published }];
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries });
    const { email } = composed({ kind: 'COMPLETED_COMPLIANT', snapshot: buildSnapshot({ answer }), comparison });

    expect(headlineOf(email)).toContain(`AWS IoT policies overly permissive ${sentence}: another audit`);
    expect(sectionOf(email, HEADING)).toBe(`AWS IoT policies overly permissive: ${known}`);
  });

  test('is counted by checks, worst first, and given to programs', () => {
    const weeks = { [REVOKED]: bad, [CLIENT_IDS]: bad, [POLICY]: CANCELED, NEW_A_CHECK: CANCELED };
    const { email, machine } = alert('RECOVERED', 'COMPLETED', buildCompliant(), weeks);

    expect(headlineOf(email)).toContain(
      '2 checks are still open: other audits found them. 2 checks are still unknown: other audits got no results for them.',
    );
    expect(machine.changes.elsewhere).toMatchObject([
      { checkName: POLICY, state: 'UNKNOWN', unknownSince: '2026-09-01T04:00:00.000Z' },
      { checkName: REVOKED, state: 'NON_COMPLIANT', nonCompliantResourcesCount: 3 },
      { checkName: CLIENT_IDS, auditName: 'Weekly', state: 'NON_COMPLIANT', since: '2026-09-01T04:00:00.000Z' },
      { checkName: 'NEW_A_CHECK', state: 'UNKNOWN' },
    ]);
  });

  test('names the audit of a check that is known per audit name, counts it once, and does not advise to run it', () => {
    const ledger = new Ledger();
    for (const auditName of ['Weekly', 'Monthly']) ledger.move({ [CLIENT_IDS]: bad }, night(1, { auditName }));
    const answer = buildAnswer({ auditDetails: { [CLIENT_IDS]: buildCompliant() } });
    const { comparison } = moveLedger(readAudit(answer), TONIGHT, { entries: ledger.entries });
    const { email } = composed({ kind: 'COMPLETED_COMPLIANT', snapshot: buildSnapshot({ answer }), comparison });

    expect(headlineOf(email)).toBe(
      'INFO: the only check of this AWS IoT audit is compliant. Conflicting MQTT client IDs is still open: another audit found it.',
    );
    expect(sectionOf(email, HEADING)).toBe(
      'Conflicting MQTT client IDs (in Weekly): 3 resources non-compliant since 2026-10-01 Conflicting MQTT client IDs (in Monthly): 3 resources non-compliant since 2026-10-01',
    );
    expect(email).not.toContain('aws iot start-on-demand-audit-task');
  });
});
