import { describe, expect, test } from '@jest/globals';
import type { DigestInput } from '../../../../../lambda/audit/alert/digest/facts.ts';
import { composeDigest } from '../../../../../lambda/audit/alert/digest/message.ts';
import { marksOf } from '../../../../../lambda/audit/ledger/check-mark.ts';
import type { CheckEntry, KnownResult } from '../../../../../lambda/audit/ledger/entry.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import { alertKey } from '../../../../builders.ts';
import { night } from '../../ledger/ledgers.ts';

const [FROM, TO] = ['2026-10-05T06:01:00.000Z', '2026-10-12T06:02:00.000Z'];
const LOGGING = 'LOGGING_DISABLED_CHECK';
const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const CLIENT_IDS = 'CONFLICTING_CLIENT_IDS_CHECK';

/** As the audit of a night left it. */
function known(checkName: string, day: number, result: Partial<KnownResult> = {}): CheckEntry {
  return { checkName, result: { outcome: 'COMPLIANT', since: night(1).startedAt, audit: night(day), ...result } };
}

function bad(checkName: string, day: number, resources?: number, since = night(1).startedAt): CheckEntry {
  return known(checkName, day, { outcome: 'NON_COMPLIANT', resources, since });
}

function unknown(entry: CheckEntry, errorCode?: string): CheckEntry {
  const audit = night(10);
  return {
    ...entry,
    unknown: { outcome: errorCode ? 'FAILED' : 'CANCELED', errorCode, since: audit.startedAt, audit },
  };
}

/** A week in which nothing happened but for the overrides. Obeys every limit. */
function compose(overrides: Partial<DigestInput> & { readonly before?: readonly CheckEntry[] } = {}) {
  const { before = [known(LOGGING, 4), known(POLICY, 4)], ...given } = overrides;
  const message = composeDigest({
    accountId: '123456789012',
    region: 'eu-west-1',
    cadence: 'weekly',
    periodEnd: '2026-10-12T06:00:00.000Z',
    from: FROM,
    to: TO,
    marks: marksOf(before, []),
    entries: [known(LOGGING, 11), known(POLICY, 11)],
    audits: { ended: { COMPLETED: 7 }, running: 0, givenUp: [] },
    missedRuns: [],
    suppressions: { status: 'READ', suppressions: [] },
    ...given,
  });
  expectAlertWithinLimits(message);
  const { digest, severity } = JSON.parse(message.machine);
  return { ...message, digest, severity, text: message.email.replace(/\s+/g, ' ') };
}

describe('the digest of a week in which all is well', () => {
  const message = compose();

  test('has two lines to say', () => {
    expect(message.email).toBe(`INFO: both known checks are compliant.

Audit     all of this account and Region
Account   123456789012
Region    eu-west-1
Covers    2026-10-05 06:01:00 UTC to 2026-10-12 06:02:00 UTC. 7 audits ended.

--
Alert key 123456789012#eu-west-1#DIGEST#2026-10-12T0600Z
Sent by device-defender-audit-watcher. Replies are not read.
`);
    expect(JSON.parse(message.chat).content).toMatchObject({
      title: ':white_check_mark: INFO: IoT audit weekly digest 2026-10-12: 2 checks compliant (eu-west-1)',
      nextSteps: [],
    });
  });

  test('is known by the end of its period', () => {
    expect(message.key).toBe(alertKey('DIGEST', '2026-10-12T0600Z'));
    expect(JSON.parse(message.chat).metadata.threadId).toBe('iot-dd-digest-123456789012-eu-west-1-2026-10-12T0600Z');
  });

  test('passes every filter for severities and audits', () => {
    expect(message.attributes).toEqual({
      kind: 'DIGEST',
      severity: 'CRITICAL',
      account: '123456789012',
      region: 'eu-west-1',
    });
    expect(message.severity).toBe('INFO');
  });

  test('says of the only check that it is the only one', () => {
    expect(compose({ entries: [known(LOGGING, 11)] }).text).toContain('INFO: the only known check is compliant.');
  });

  test('says which findings are suppressed only', () => {
    const checks = (day: number) => [known(LOGGING, day, { suppressed: 2 }), known(POLICY, day)];

    const { text } = compose({ before: checks(4), entries: checks(11) });

    expect(text).toContain('both known checks are compliant, 1 of them with suppressed findings.');
  });
});

describe('a digest says no more than is known', () => {
  test('when no audit ended', () => {
    const before = [known(LOGGING, 4), known(POLICY, 4)];

    const { subject, text } = compose({ before, entries: before, audits: { ended: {}, running: 2, givenUp: [] } });

    expect(subject).toBe('[INFO] IoT audit weekly digest 2026-10-12: no audit ended (eu-west-1)');
    expect(text).toContain('INFO: both known checks were compliant when last audited. No audit ended in this time.');
    expect(text).toContain('No audit ended in this time. 2 audits are still running.');
  });

  test('when no audit ended and there is only one check', () => {
    const before = [known(LOGGING, 4)];

    const { text } = compose({ before, entries: before, audits: { ended: {}, running: 1, givenUp: [] } });

    expect(text).toContain('the only known check was compliant when last audited.');
    expect(text).toContain('1 audit is still running.');
  });

  test.each([
    [{ FAILED: 7 }, '7 failed', 'HIGH: 7 audits failed.', '7 audits ended: 7 failed.'],
    [
      { FAILED: 1, CANCELED: 1 },
      '1 failed, 1 canceled',
      'HIGH: 1 audit failed and 1 audit canceled.',
      '2 audits ended: 1 failed, 1 canceled.',
    ],
  ])('when every audit failed or was canceled: %j', (ended, title, headline, state) => {
    const before = [known(LOGGING, 4), known(POLICY, 4)];

    const message = compose({ before, entries: before, audits: { ended, running: 0, givenUp: [] } });

    expect(message.severity).toBe('HIGH');
    expect(message.subject).toBe(`[HIGH] IoT audit weekly digest 2026-10-12: ${title} (eu-west-1)`);
    expect(message.chat).not.toContain(':white_check_mark:');
    expect(message.text).toContain(headline);
    expect(message.text).toContain(`${state} No check was audited; the last results stand.`);
    expect(message.text).toContain('was reported in its own alert: follow its steps.');
  });

  test('when no completed audit had a check', () => {
    const before = [known(LOGGING, 4), known(POLICY, 4)];

    const message = compose({ before, entries: before });

    expect(message.subject).toBe('[INFO] IoT audit weekly digest 2026-10-12: no check audited (eu-west-1)');
    expect(message.chat).toContain(':grey_question:');
    expect(message.text).toContain('INFO: both known checks were compliant when last audited.');
    expect(message.text).toContain('7 audits ended. No check was audited; the last results stand.');
  });

  test('when some checks were in no audit', () => {
    const checks = [known(LOGGING, 4), known(POLICY, 4), known(CLIENT_IDS, 4)];

    expect(compose({ before: checks, entries: [known(LOGGING, 11), ...checks.slice(1)] }).text).toContain(
      '2 checks were not audited; the last result stands.',
    );
    expect(compose({ before: checks, entries: [known(LOGGING, 11), known(POLICY, 4)] }).text).toContain(
      '1 check was not audited; the last result stands.',
    );
  });

  test('in the first week, with the moment since when audits are watched', () => {
    const { subject, text } = compose({
      before: [],
      entries: [],
      watchingSince: '2026-10-08T10:00:00.000Z',
      audits: { ended: {}, running: 0, givenUp: [] },
    });

    expect(subject).toBe('[INFO] IoT audit weekly digest 2026-10-12: nothing known yet (eu-west-1)');
    expect(text).toContain('INFO: nothing is known of any check yet. No audit ended in this time.');
    expect(text).toContain('Audits have been watched since 2026-10-08 10:00:00 UTC.');
    expect(compose({ watchingSince: '2026-10-05T06:00:30.000Z' }).text).toContain('watched since');
    expect(compose({ watchingSince: '2026-10-05T05:59:00.000Z' }).text).not.toContain('watched since');
    expect(compose({ watchingSince: '2026-09-29T05:59:00.000Z', from: '2026-09-28T06:00:00.000Z' }).text).toContain(
      'watched since',
    );
  });

  test('of suppressions that could not be read', () => {
    const { text, digest } = compose({ suppressions: { status: 'UNAVAILABLE', errorName: 'ThrottledError' } });

    expect(text).toContain(
      'SUPPRESSIONS THAT END SOON They could not be read (ThrottledError), so none is named here.',
    );
    expect(digest).toMatchObject({ suppressionsError: 'ThrottledError' });
    expect(digest).not.toHaveProperty('suppressionsEndingSoon');
    expect(compose({ suppressions: { status: 'UNAVAILABLE', errorName: '' } }).text).toContain('(Error)');
  });

  test('of a check that cannot be read', () => {
    const { text, digest } = compose({
      entries: [{ checkName: LOGGING }, { checkName: 'DEVICE_CERTIFICATE_AGE_CHECK' }],
    });

    expect(text).toContain('Logging disabled: what was known of it cannot be read');
    expect(digest.unknown).toHaveLength(2);
  });

  test('of a check that never gave a result', () => {
    const { text } = compose({ before: [], entries: [unknown({ checkName: LOGGING })] });

    expect(text).toContain('Logging disabled: canceled, unknown since 2026-10-10');
    expect(text).not.toContain('previously');
  });
});

describe('a digest shows', () => {
  test('what is open, the worst first, with its age', () => {
    const { email, digest, severity } = compose({
      before: [bad(LOGGING, 4, 2), known(POLICY, 4)],
      entries: [bad(LOGGING, 11, 3), bad(POLICY, 11, 1, night(9).startedAt)],
    });

    expect(severity).toBe('CRITICAL');
    expect(email).toContain('CRITICAL: 2 open checks (1 new).');
    expect(email).toContain(`OPEN (2)
  New          CRITICAL: AWS IoT policies overly permissive (1 resource, since
               2026-10-09, 3 days)
  Worse        LOW: Logging disabled (2 -> 3 resources, since 2026-10-01, 11
               days)
  Open for the longest: Logging disabled, since 2026-10-01, 11 days.
`);
    expect(email).toContain('1. Start with "AWS IoT policies overly permissive".');
    expect(digest.open).toMatchObject([
      { checkName: POLICY, change: 'NEW', nonCompliantResourcesCount: 1 },
      { checkName: LOGGING, change: 'WORSE', previousNonCompliantResourcesCount: 2 },
    ]);
  });

  test.each([
    ['Better', bad(LOGGING, 4, 3), bad(LOGGING, 11, 2), '3 -> 2 resources, since 2026-10-01, 11 days'],
    ['Still open', bad(LOGGING, 4, 3), bad(LOGGING, 11, 3), '3 resources, since 2026-10-01, 11 days'],
    ['First result', undefined, bad(LOGGING, 11, 3, night(12).startedAt), '3 resources, since 2026-10-12'],
    ['Still open', bad(LOGGING, 4, 3, 'never'), bad(LOGGING, 11, undefined, 'never'), 'an unknown number of resources'],
  ])('that a check is %s', (label, before, now, text) => {
    const { text: said } = compose({ before: before ? [before] : [], entries: [now] });

    expect(said).toContain(`OPEN (1) ${label} LOW: Logging disabled (${text})`);
  });

  test('the severity with which open trouble was published', () => {
    const published = {
      outcome: 'NON_COMPLIANT',
      severity: 'HIGH',
      sentAs: 'HIGH',
      auditNames: [],
      audit: night(11),
    } as const;

    expect(compose({ entries: [{ ...bad(LOGGING, 11, 1), published }] }).severity).toBe('HIGH');
  });

  test.each([
    ['Recovered', bad(LOGGING, 4, 3), known(LOGGING, 11, { since: night(9).startedAt }), '3 resources -> compliant'],
    [
      'Recovered',
      bad(LOGGING, 4, 3),
      known(LOGGING, 11, { since: night(9).startedAt, suppressed: 1 }),
      '3 resources -> compliant, 1 finding suppressed, not fixed',
    ],
    [
      'Recovered',
      unknown(bad(LOGGING, 4, 3)),
      known(LOGGING, 11, { since: night(11).startedAt }),
      '3 resources -> compliant',
    ],
    [
      'Recovered',
      known(LOGGING, 4),
      known(LOGGING, 11, { since: night(9).startedAt }),
      'open for a while, compliant again',
    ],
    [
      'Suppressed',
      bad(LOGGING, 4, 2),
      known(LOGGING, 11, { since: night(9).startedAt, suppressed: 2 }),
      '2 findings suppressed, not fixed',
    ],
  ])('what is over: %s', (label, before, now, text) => {
    const message = compose({ before: [before], entries: [now] });

    expect(message.text).toContain(`NO LONGER OPEN (1) ${label} Logging disabled (${text})`);
    expect(message.subject).toContain(label === 'Suppressed' ? ': 1 suppressed (' : ': 1 fixed (');
    expect(message.digest.noLongerOpen).toMatchObject([{ checkName: LOGGING, change: label.toUpperCase() }]);
  });

  test.each([
    [known(LOGGING, 11), 'no result -> compliant'],
    [known(LOGGING, 11, { suppressed: 1 }), 'no result -> compliant, 1 finding suppressed, not fixed'],
  ])('what has a result again, which was never open and so is not fixed: %#', (now, text) => {
    const message = compose({ before: [unknown(known(LOGGING, 4))], entries: [now] });

    expect(message.subject).toContain(': 1 has a result again (');
    expect(message.text).toContain(`INFO: 1 has a result again.`);
    expect(message.text).toContain(`WITH A RESULT AGAIN (1) Logging disabled: ${text} `);
    expect(message.text).not.toMatch(/fixed\b(?<!not fixed)|Recovered/);
    expect(message.digest.noLongerOpen).toMatchObject([{ checkName: LOGGING, change: 'KNOWN_AGAIN' }]);
  });

  test('how many have a result again', () => {
    const before = [unknown(known(LOGGING, 4)), unknown(known(POLICY, 4))];

    expect(compose({ before, entries: [known(LOGGING, 11), known(POLICY, 11)] }).subject).toContain(
      ': 2 have a result again (',
    );
  });

  test('what has no result, and the command that runs it again', () => {
    const { text, severity, digest } = compose({
      entries: [
        unknown(bad(POLICY, 4, 2), 'INSUFFICIENT_PERMISSIONS'),
        { ...unknown(known(CLIENT_IDS, 4)), auditName: 'Nightly' },
      ],
    });

    expect(severity).toBe('HIGH');
    expect(text).toContain('HIGH: 2 without a result.');
    expect(text).toContain(
      'failed: INSUFFICIENT_PERMISSIONS, unknown since 2026-10-10; previously 2 resources non-compliant since 2026-10-01',
    );
    expect(text).toContain('Conflicting MQTT client IDs (in Nightly): canceled, unknown since 2026-10-10');
    expect(text).toContain(`--target-check-names ${POLICY} `);
    expect(digest.unknown).toMatchObject([{ checkName: POLICY }, { auditName: 'Nightly', checkName: CLIENT_IDS }]);
  });

  test('trouble that a running audit has published', () => {
    const published = { outcome: 'FAILED', severity: 'LOW', sentAs: 'LOW', auditNames: [], audit: night(12) } as const;

    const { text } = compose({ entries: [{ ...known(LOGGING, 11), published }] });

    expect(text).toContain('Logging disabled: failed, unknown since 2026-10-12; previously compliant');
  });

  test('missed runs, audits that were given up, and audits that did not complete', () => {
    const gaveUp = { taskId: 'abc', gaveUpAt: '2026-10-07T03:00:00.000Z', hasEnded: false };
    const { text, subject, severity, digest } = compose({
      missedRuns: [
        { auditName: 'Nightly', days: ['2026-10-06', '2026-10-07'] },
        { auditName: '\u0007', days: ['2026-10-08'] },
      ],
      audits: {
        ended: { COMPLETED: 3, FAILED: 1, CANCELED: 0 },
        running: 0,
        givenUp: [gaveUp, { ...gaveUp, auditName: 'Nightly', errorName: 'DeniedError', hasEnded: true }],
      },
    });

    expect(severity).toBe('HIGH');
    expect(subject).toBe('[HIGH] IoT audit weekly digest 2026-10-12: 3 missed, 1 failed, 2 given up (eu-west-1)');
    expect(text).toContain('HIGH: 3 missed runs, 1 audit failed and 2 audits given up.');
    expect(text).toContain('4 audits ended: 1 failed.');
    expect(text).toContain('Nightly: 2 missed runs (2026-10-06, 2026-10-07) (unnamed): 1 missed run (2026-10-08)');
    expect(text).toContain('audit (task abc), 2026-10-07 03:00:00 UTC; how it ended is unknown');
    expect(text).toContain('Nightly (task abc), 2026-10-07 03:00:00 UTC: DeniedError; it was seen to end later');
    expect(text).toContain('was reported in its own alert: follow its steps.');
    expect(digest.givenUp).toHaveLength(2);
  });

  test('suppressions that end soon, the next one first', () => {
    const ending = (resource: string, endsAt: string) => ({ checkName: POLICY, resource, endsAt });
    const { text, digest } = compose({
      suppressions: {
        status: 'READ',
        suppressions: [
          ending('policy Later v1', '2026-10-20T00:00:00.000Z'),
          ending('policy Soon v1', '2026-10-14T00:00:00.000Z'),
          ending('policy Same v1', '2026-10-14T00:00:00.000Z'),
          ending('policy FarAway v1', '2026-12-01T00:00:00.000Z'),
          ending('policy Over v1', '2026-10-10T00:00:00.000Z'),
        ],
      },
    });

    expect(text).toContain(
      'SUPPRESSIONS THAT END SOON AWS IoT policies overly permissive: policy Soon v1, until 2026-10-14 00:00:00 UTC',
    );
    expect(text).toContain('Extend the suppressions that are still wanted');
    expect(digest.suppressionsEndingSoon.map(({ resource }: { resource: string }) => resource)).toEqual([
      'policy Soon v1',
      'policy Same v1',
      'policy Later v1',
    ]);
  });

  test('ten lines of each section, and how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, n) => `NEW_${String(n).padStart(2, '0')}_CHECK`);
    const before = many.map((name) => bad(name, 4, 1));

    const open = compose({ before, entries: many.map((name) => bad(name, 11, 1)) });
    const over = compose({ before, entries: many.map((name) => known(name, 11)) });

    expect(open.subject).toContain(': 30 open (');
    for (const { text } of [open, over]) expect(text).toContain('and 20 more');
    expect(open.digest).toMatchObject({ checksKnown: 30, open: { length: 25 } });
    expect(JSON.parse(open.chat).metadata.relatedResources).toHaveLength(25);
  });
});
