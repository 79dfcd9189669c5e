import { describe, expect, test } from '@jest/globals';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { newlySuppressed } from '../../../../lambda/audit/ledger/move.ts';
import { afterPublishing } from '../../../../lambda/audit/ledger/publish.ts';
import { buildCompliant, buildFailed, buildNonCompliant } from '../../../builders.ts';
import { Ledger, night } from './ledgers.ts';

const CHECK = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const WINDOWED = 'CONFLICTING_CLIENT_IDS_CHECK';

const good = buildCompliant();
const failed = buildFailed();
const canceled: CheckDetails = { checkRunStatus: 'CANCELED' };
const waiting: CheckDetails = { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' };
const unreadable: CheckDetails = { checkRunStatus: 'REWINDING' };

function found(count: number | undefined, suppressed = 0): CheckDetails {
  return buildNonCompliant({ nonCompliantResourcesCount: count, suppressedNonCompliantResourcesCount: suppressed });
}

function silent(suppressed: number): CheckDetails {
  return buildCompliant({ suppressedNonCompliantResourcesCount: suppressed });
}

/** The change that the last of some nights makes. */
function changeAfter(...nights: readonly CheckDetails[]) {
  const ledger = new Ledger();
  return nights.map((details, index) => ledger.move({ [CHECK]: details }, night(index + 1))).at(-1)?.checks[0]?.change;
}

test.each<[string, CheckDetails, CheckDetails, number]>([
  ['more than before', found(4, 1), silent(3), 2],
  ['fewer than before', found(4, 3), silent(1), 0],
  ['an unknown number before', buildNonCompliant({ suppressedNonCompliantResourcesCount: undefined }), silent(2), 2],
  ['an unknown number now', found(4), buildCompliant({ suppressedNonCompliantResourcesCount: undefined }), 0],
  ['in a check that had failed', failed, silent(2), 0],
])('findings count as newly suppressed by the counts: %s', (_, before, now, expected) => {
  const ledger = new Ledger();
  ledger.move({ [CHECK]: before }, night(1));

  const { checks } = ledger.move({ [CHECK]: now }, night(2));

  expect(checks.map(newlySuppressed)).toEqual([expected]);
});

describe('a check', () => {
  test.each<[string, readonly CheckDetails[], string]>([
    ['is first non-compliant', [found(3)], 'FIRST'],
    ['is first compliant', [good], 'FIRST'],
    ['gives no result at first', [canceled], 'UNKNOWN'],
    ['was compliant and is not', [good, found(3)], 'NEW'],
    ['had 3 resources and has 5', [found(3), found(5)], 'WORSE'],
    ['has 3 resources again', [found(3), found(3)], 'SAME'],
    ['has resources that AWS does not count', [found(3), found(undefined)], 'SAME'],
    ['had 3 resources and has 2', [found(3), found(2)], 'BETTER'],
    ['had 3 resources and is compliant', [found(3), good], 'RECOVERED'],
    ['failed first and is compliant', [failed, good], 'RECOVERED'],
    ['was compliant, failed, and is compliant', [good, failed, good], 'RECOVERED'],
    ['was canceled and is compliant again', [good, canceled, good], 'SAME'],
    ['was canceled first and is compliant', [canceled, good], 'FIRST'],
    ['is compliant again', [good, good], 'SAME'],
    ['had 3 resources and failed', [found(3), failed], 'UNKNOWN'],
    ['had 3 resources and was canceled', [found(3), canceled], 'UNKNOWN'],
    ['had 3 resources and waits for data', [found(3), waiting], 'UNKNOWN'],
    ['had 3 resources and has an unknown status', [found(3), unreadable], 'UNKNOWN'],
    ['had 3 resources, was canceled, and has 3', [found(3), canceled, found(3)], 'SAME'],
    ['had 3 resources, failed, and is compliant', [found(3), failed, good], 'RECOVERED'],
    ['had 4 resources, all suppressed now', [found(4), silent(4)], 'SUPPRESSED'],
    ['had 4 of 6 suppressed, and the rest now', [found(2, 4), silent(6)], 'SUPPRESSED'],
    ['had 4 resources, one suppressed and three fixed', [found(4), silent(1)], 'RECOVERED'],
    ['had 4 suppressed before, and 2 fixed', [found(2, 4), silent(4)], 'RECOVERED'],
    ['had an unknown number of resources', [found(undefined), silent(4)], 'RECOVERED'],
  ])('that %s', (_, nights, expected) => {
    expect(changeAfter(...nights)).toBe(expected);
  });

  test.each<[string, CheckDetails, CheckDetails, string, number]>([
    ['all of it suppressed', silent(1), silent(6), 'SUPPRESSED', 5],
    ['some of it suppressed', silent(1), silent(3), 'RECOVERED', 2],
    ['what was suppressed before', silent(1), silent(1), 'RECOVERED', 0],
    ['fewer suppressed than the later of result and alert had', found(2, 1), silent(3), 'RECOVERED', 2],
  ])('that only an alert about a run called bad, with 5 resources, and that has now %s', (_, ...story) => {
    const [before, now, expected, suppressed] = story;
    const trouble = { checkName: CHECK, outcome: 'NON_COMPLIANT', resources: 5 } as const;
    const sent = { severity: 'HIGH', sentAs: 'HIGH', auditNames: ['NightlyFleetAudit'] } as const;
    const findings = { newCount: 0, goneCount: 0, suppressedCount: 2, openCount: 0, firstNew: [], firstGone: [] };
    const ledger = new Ledger();
    ledger.move({ [CHECK]: before }, night(1));
    ledger.entries = ledger.entries.map((entry) => ({
      ...entry,
      ...afterPublishing(entry, { ...trouble, ...sent }, night(2)),
    }));

    const { checks } = ledger.move({ [CHECK]: now }, night(3), { findings: new Map([[CHECK, findings]]) });

    expect(checks.map(({ change }) => change)).toEqual([expected]);
    expect(checks.map(newlySuppressed)).toEqual([suppressed]);
  });

  test('is known by the findings, where both lists are, rather than by the counts', () => {
    const changes = { newCount: 0, goneCount: 1, suppressedCount: 3, openCount: 0, firstNew: [], firstGone: ['a'] };
    const ledger = new Ledger();
    ledger.move({ [CHECK]: found(4) }, night(1));

    const { checks } = ledger.move({ [CHECK]: silent(4) }, night(2), { findings: new Map([[CHECK, changes]]) });

    expect(checks[0]).toMatchObject({ change: 'RECOVERED', findings: changes });
  });

  test('gets worse or better by its findings when AWS does not count its resources', () => {
    const changes = { newCount: 2, goneCount: 1, suppressedCount: 0, openCount: 1, firstNew: [], firstGone: [] };
    const ledger = new Ledger();
    ledger.move({ [CHECK]: found(undefined) }, night(1));

    const { checks } = ledger.move({ [CHECK]: found(undefined) }, night(2), { findings: new Map([[CHECK, changes]]) });

    expect(checks[0]?.change).toBe('WORSE');
  });

  test('is open since the first audit of an unbroken row, however many audits lie between', () => {
    const ledger = new Ledger();
    for (const [index, details] of [good, found(3), canceled, found(1), failed, found(7)].entries()) {
      ledger.move({ [CHECK]: details }, night(index + 1));
    }

    expect(ledger.entry(CHECK)?.result).toMatchObject({ since: night(2).startedAt, audit: night(6), resources: 7 });
    expect(ledger.entry(CHECK)?.unknown).toBeUndefined();
  });

  test('is unknown since the first audit without a result, and keeps its last result', () => {
    const ledger = new Ledger();
    for (const [index, details] of [found(3), canceled, failed].entries()) {
      ledger.move({ [CHECK]: details }, night(index + 1));
    }

    expect(ledger.entry(CHECK)).toMatchObject({
      result: { outcome: 'NON_COMPLIANT', resources: 3, since: night(1).startedAt },
      unknown: { outcome: 'FAILED', errorCode: 'INSUFFICIENT_PERMISSIONS', since: night(2).startedAt, audit: night(3) },
    });
  });

  test('keeps what was published until it is compliant', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: found(3) }, night(1));
    ledger.publish([CHECK], night(1));

    ledger.move({ [CHECK]: canceled }, night(2));
    const kept = ledger.entry(CHECK)?.published;
    const { checks } = ledger.move({ [CHECK]: good }, night(3));

    expect(kept).toMatchObject({ auditNames: ['NightlyFleetAudit'] });
    expect(checks[0]).toMatchObject({ change: 'RECOVERED', before: { published: kept } });
    expect(ledger.entry(CHECK)?.published).toBeUndefined();
  });

  test('recovers from trouble that was published while an audit ran and never became a result', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: canceled }, night(1));
    ledger.publish([CHECK], night(1));

    const { checks } = ledger.move({ [CHECK]: good }, night(2));

    expect(checks[0]?.change).toBe('RECOVERED');
  });

  test('does not recover from trouble that a later audit has published', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: found(3) }, night(1));
    ledger.publish([CHECK], night(3));

    const { checks } = ledger.move({ [CHECK]: good }, night(2));

    expect(checks[0]?.change).toBe('SUPERSEDED');
    expect(ledger.entry(CHECK)?.published).toMatchObject({ audit: night(3) });
  });

  test('recovers from trouble that was published after a later audit had found it compliant', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: good }, night(2));
    ledger.publish([CHECK], night(1));

    const own = new Ledger();
    own.entries = ledger.entries;
    const { checks: ofItsOwn } = own.move({ [CHECK]: good }, night(1));
    const { checks: ofTheNext } = ledger.move({ [CHECK]: good }, night(3));

    expect([ofItsOwn[0]?.change, ofTheNext[0]?.change]).toEqual(['RECOVERED', 'RECOVERED']);
    expect(own.entry(CHECK)).toMatchObject({ result: { audit: night(2) }, published: undefined });
    expect(ledger.entry(CHECK)?.published).toBeUndefined();
  });

  test.each([
    ['the later audit found it non-compliant', found(3), good],
    ['this audit found it non-compliant', good, found(3)],
  ])('does not recover from trouble in an earlier audit when %s', (_, later, earlier) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: later }, night(2));
    ledger.publish([CHECK], night(1));

    const { checks } = ledger.move({ [CHECK]: earlier }, night(1));

    expect(checks[0]?.change).toBe('SUPERSEDED');
    expect(ledger.entry(CHECK)?.published).toMatchObject({ audit: night(1) });
  });

  test('is not moved by an audit that started before the one that gave its result', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: found(3) }, night(2));
    const before = ledger.entry(CHECK);

    const { checks } = ledger.move({ [CHECK]: good }, night(1));

    expect(checks[0]?.change).toBe('SUPERSEDED');
    expect(ledger.entry(CHECK)).toEqual(before);
  });

  test('takes the result of an earlier audit when a later one gave no result, and stays unknown', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: canceled }, night(3));

    ledger.move({ [CHECK]: found(2) }, night(2));
    ledger.move({ [CHECK]: failed }, night(1));

    expect(ledger.entry(CHECK)).toMatchObject({
      result: { outcome: 'NON_COMPLIANT', audit: night(2) },
      unknown: { outcome: 'CANCELED', audit: night(3) },
    });
  });

  test('keeps what was published of a missing result only while it is missing in the same way', () => {
    const ledger = new Ledger();
    const publishedBy = ['NightlyFleetAudit'];
    ledger.move({ [CHECK]: canceled }, night(1));
    ledger.entries = ledger.entries.map((entry) =>
      entry.unknown === undefined ? entry : { ...entry, unknown: { ...entry.unknown, publishedBy } },
    );

    ledger.move({ [CHECK]: canceled }, night(2));
    const same = ledger.entry(CHECK)?.unknown?.publishedBy;
    ledger.move({ [CHECK]: failed }, night(3));

    expect(same).toEqual(publishedBy);
    expect(ledger.entry(CHECK)?.unknown?.publishedBy).toBeUndefined();
  });

  test('keeps what was published of a result only while its resources and findings are the same', () => {
    const ledger = new Ledger();
    const unmoved = { newCount: 0, goneCount: 0, suppressedCount: 0, openCount: 6, firstNew: [], firstGone: [] };
    const findings = new Map([[CHECK, unmoved]]);
    ledger.move({ [CHECK]: found(6) }, night(1));
    ledger.publish([CHECK], night(1));

    ledger.move({ [CHECK]: found(6) }, night(2, { auditName: 'Weekly' }), { findings });
    const same = ledger.entry(CHECK)?.result?.publishedBy;
    ledger.move({ [CHECK]: found(6) }, night(3, { auditName: 'Weekly' }));

    expect(same).toEqual(['NightlyFleetAudit']);
    expect(ledger.entry(CHECK)?.result?.publishedBy).toBeUndefined();
  });

  test('that counts events in a window of time is known per audit name', () => {
    const ledger = new Ledger();
    const weekly = night(2, { taskId: 'weekly', auditName: 'WeeklyAudit' });
    ledger.move({ [WINDOWED]: found(3) }, night(1));

    const other = ledger.move({ [WINDOWED]: good }, weekly);
    const same = ledger.move({ [WINDOWED]: good }, night(3));

    expect(other.checks[0]?.change).toBe('FIRST');
    expect(same.checks[0]?.change).toBe('RECOVERED');
    expect(ledger.entries.map(({ auditName }) => auditName)).toEqual(['WeeklyAudit', 'NightlyFleetAudit']);
  });

  test('remembers the latest audits that moved it', () => {
    const ledger = new Ledger();
    for (let day = 1; day <= 25; day += 1) ledger.move({ [CHECK]: good }, night(day));

    expect(ledger.entry(CHECK)?.movedBy).toHaveLength(20);
    expect(ledger.entry(CHECK)?.movedBy?.[0]).toBe('night-25');
  });
});

describe('two audits of one moment', () => {
  test('are ordered by their task ids', () => {
    const ledger = new Ledger();
    const second = night(1, { taskId: 'night-1b' });
    ledger.move({ [CHECK]: good }, second);

    const { checks } = ledger.move({ [CHECK]: found(3) }, night(1));

    expect(checks[0]?.change).toBe('SUPERSEDED');
  });
});
