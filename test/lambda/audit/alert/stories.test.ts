import { beforeEach, describe, expect, test } from '@jest/globals';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import { publishedChecks } from '../../../../lambda/audit/alert/published-checks.ts';
import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { auditNameOf, readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { moveLedger, type VersionedEntry } from '../../../../lambda/audit/ledger/comparison.ts';
import { afterPublishing } from '../../../../lambda/audit/ledger/publish.ts';
import type { AlertSlot, AuditAlertKind } from '../../../../lambda/audit/watch/alert-kinds.ts';
import { closingKind } from '../../../../lambda/audit/watch/closing.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import { buildAlertInput, buildAnswer, buildCompliant, buildNonCompliant, buildSnapshot } from '../../../builders.ts';
import { night } from '../ledger/ledgers.ts';
import { headlineOf, sectionOf } from './nights.ts';

// What the people who reported wrong alerts saw, from the first night to the last.

const POLICY = 'IOT_POLICY_OVERLY_PERMISSIVE_CHECK';
const ALIAS = 'IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK';
const LOGGING = 'LOGGING_DISABLED_CHECK';
const CANCELED = { checkRunStatus: 'CANCELED' };
const ON_DEMAND = { taskType: 'ON_DEMAND_AUDIT_TASK', scheduledAuditName: undefined };
const good = buildCompliant();
const bad = buildNonCompliant({ nonCompliantResourcesCount: 6, suppressedNonCompliantResourcesCount: 0 });

type Details = Readonly<Record<string, CheckDetails>>;

/** An account whose audits run one after the other; each alert is published. */
class Account {
  #entries: readonly VersionedEntry[] = [];
  #previousChecks: readonly string[] | undefined;
  #day = 0;

  /** Plays an audit that is seen at its end, or before it too, and returns its alerts. */
  audit(end: Details | undefined, { run, alertWhenCompliant = false, ...given }: Given = {}) {
    this.#day += 1;
    const audit = night(this.#day, { auditName: auditNameOf(buildAnswer(given)) });
    const sent: (AuditAlertKind | undefined)[] = [];
    const alerts: ReturnType<typeof readable>[] = [];
    const send = (kind: AuditAlertKind, slot: AlertSlot, answer: AuditAnswer, comparison: Comparison) => {
      const input = buildAlertInput({
        kind,
        slot,
        taskId: audit.taskId,
        snapshot: buildSnapshot({ answer }),
        comparison,
      });
      const message = composeAlert(input);
      expectAlertWithinLimits(message);
      sent.push(kind);
      alerts.push(readable(kind, message));
      for (const check of publishedChecks(input)) {
        const before = this.#entries.find(({ checkName }) => checkName === check.checkName);
        const after = afterPublishing(before, check, audit);
        if (after !== undefined) this.#put([{ ...after, version: 1 }]);
      }
    };
    const answerOf = (taskStatus: string, auditDetails: Details | undefined) =>
      buildAnswer({ taskStatus, auditDetails, taskStartTime: audit.startedAt, ...given });

    if (run !== undefined) {
      const answer = answerOf('IN_PROGRESS', run);
      const { comparison } = moveLedger(readAudit(answer), audit, { entries: this.#entries });
      send('NON_COMPLIANT_DETECTED', 'NON_COMPLIANT_DETECTED', answer, comparison);
    }
    const answer = answerOf('COMPLETED', end);
    const reading = readAudit(answer);
    const isScheduled = answer.scheduledAuditName !== undefined;
    const previousChecks = isScheduled ? this.#previousChecks : undefined;
    const { comparison, entries } = moveLedger(reading, audit, { entries: this.#entries, previousChecks });
    this.#put(entries);
    if (isScheduled) this.#previousChecks = reading.checks.map(({ name }) => name);
    const kind = closingKind(reading, comparison, { alertWhenCompliant, wasAlerted: sent.length > 0 });
    if (kind !== undefined) send(kind, 'TERMINAL', answer, comparison);
    return alerts;
  }

  #put(entries: readonly VersionedEntry[]): void {
    const names = entries.map(({ checkName }) => checkName);
    this.#entries = [...this.#entries.filter(({ checkName }) => !names.includes(checkName)), ...entries];
  }
}

type Comparison = ReturnType<typeof moveLedger>['comparison'];

interface Given extends Partial<AuditAnswer> {
  readonly run?: Details;
  readonly alertWhenCompliant?: boolean;
}

/** A message, and all of its words together. */
function readable(kind: AuditAlertKind, message: ReturnType<typeof composeAlert>) {
  const { subject, email, chat, machine, attributes } = message;
  const { content } = JSON.parse(chat);
  return {
    kind,
    subject,
    email,
    content,
    machine: JSON.parse(machine),
    attributes,
    words: `${subject}\n${email}\n${chat}`,
  };
}

function kindsOf(alerts: readonly { readonly kind: string }[]): string[] {
  return alerts.map(({ kind }) => kind);
}

let account: Account;
beforeEach(() => {
  account = new Account();
});

describe('Trouble that was published while an audit ran', () => {
  test.each<[string, Details]>([
    ['was canceled', { [ALIAS]: CANCELED, [LOGGING]: good }],
    ['still waits for data', { [ALIAS]: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' }, [LOGGING]: good }],
    ['has a status that nobody knows', { [ALIAS]: { checkRunStatus: 'PAUSED' }, [LOGGING]: good }],
    ['has no status', { [ALIAS]: {}, [LOGGING]: good }],
    ['is gone from the answer', { [LOGGING]: good }],
  ])('is not over when its check %s', (_, end) => {
    const alerts = account.audit(end, { run: { [ALIAS]: bad, [LOGGING]: { checkRunStatus: 'IN_PROGRESS' } } });

    const [, closing] = alerts;
    expect(kindsOf(alerts)).toEqual(['NON_COMPLIANT_DETECTED', 'COMPLETED_INCOMPLETE']);
    expect(headlineOf(closing?.email ?? '')).toMatch(/^HIGH: .* counts as open\.$|^CRITICAL: .* counts as open\.$/);
    expect(closing?.attributes.severity).toBe('CRITICAL');
    expect(closing?.words).not.toMatch(/recovered|white_check_mark|compliant again/i);
  });
});

test('A night without any result ends nothing, and the night after that recovers with the dates of the first', () => {
  const first = account.audit({ [ALIAS]: bad, [LOGGING]: bad });
  const second = account.audit({ [ALIAS]: CANCELED, [LOGGING]: CANCELED });
  const third = account.audit({ [ALIAS]: good, [LOGGING]: good });

  expect([first, second, third].map(kindsOf)).toEqual([
    ['COMPLETED_WITH_FINDINGS'],
    ['COMPLETED_INCOMPLETE'],
    ['RECOVERED'],
  ]);
  expect(headlineOf(second[0]?.email ?? '')).toContain(
    '2 of 2 checks have no result. 2 checks were non-compliant when last seen, so they count as open.',
  );
  expect(sectionOf(third[0]?.email ?? '', 'RECOVERED')).toBe(
    'Role alias overly permissive (6 -> 0 resources, open since 2026-10-01) Logging disabled (6 -> 0 resources, open since 2026-10-01)',
  );
});

test.each([true, false])('An audit of no check is incomplete, whatever is wanted: alertWhenCompliant %s', (wanted) => {
  const statistics = { totalChecks: 0, compliantChecks: 0, nonCompliantChecks: 0, failedChecks: 0 };

  const [alert, ...others] = account.audit({}, { taskStatistics: statistics, alertWhenCompliant: wanted });

  expect(others).toEqual([]);
  expect(alert?.kind).toBe('COMPLETED_INCOMPLETE');
  for (const title of [alert?.subject, alert?.content.title, alert?.machine.text.title]) {
    expect(title).toContain('it had no check');
  }
  expect(alert?.words).not.toMatch(/(?:is|are) compliant|white_check_mark/);
});

test('A check that an audit no longer has stays open: it is named with what recovered, and reported once', () => {
  account.audit({ [ALIAS]: bad, [LOGGING]: bad });
  const [recovered] = account.audit({ [LOGGING]: good });
  const third = account.audit({ [LOGGING]: good });

  expect(recovered).toMatchObject({ kind: 'RECOVERED', machine: { severity: 'LOW' } });
  expect(recovered?.machine.checks).toMatchObject([{ checkName: LOGGING }]);
  expect(headlineOf(recovered?.email ?? '')).toContain(
    'Role alias overly permissive was not part of this audit and is still open.',
  );
  expect(recovered?.words).not.toMatch(/\ball\b/i);
  expect(third).toEqual([]);
});

test('A clean audit that lost an open check says so once', () => {
  account.audit({ [ALIAS]: bad, [LOGGING]: good });

  expect(kindsOf(account.audit({ [LOGGING]: good }))).toEqual(['COMPLETED_INCOMPLETE']);
  expect(account.audit({ [LOGGING]: good })).toEqual([]);
});

test('Suppressed findings are not fixed, and those who were sent the trouble are sent that', () => {
  const [trouble] = account.audit({ [ALIAS]: bad });
  const [silenced] = account.audit({ [ALIAS]: buildCompliant({ suppressedNonCompliantResourcesCount: 6 }) });

  expect(silenced?.kind).toBe('SUPPRESSED');
  expect(headlineOf(silenced?.email ?? '')).toBe(
    'SUPPRESSED: 6 findings of this AWS IoT audit are suppressed now, not fixed.',
  );
  expect(silenced?.attributes).toMatchObject({
    severity: trouble?.attributes.severity,
    auditNames: trouble?.attributes.auditNames,
  });
});

test('An on-demand audit of another check ends nothing and says nothing; one of the same check ends the trouble', () => {
  const first = account.audit({ [POLICY]: bad }, ON_DEMAND);
  const second = account.audit({ [LOGGING]: good }, ON_DEMAND);
  const third = account.audit({ [POLICY]: good }, ON_DEMAND);

  expect([first, second, third].map(kindsOf)).toEqual([['COMPLETED_WITH_FINDINGS'], [], ['RECOVERED']]);
  expect(sectionOf(third[0]?.email ?? '', 'RECOVERED')).toContain('6 -> 0 resources, open since 2026-10-01');
});

test('An audit whose statistics count fewer checks than it describes contradicts itself in no line', () => {
  const taskStatistics = { totalChecks: 1, compliantChecks: 1, nonCompliantChecks: 1, failedChecks: 0 };

  const [alert] = account.audit({ [ALIAS]: good, [LOGGING]: bad, [POLICY]: good }, { taskStatistics });

  expect(alert?.subject).toContain('1 non-compliant of 3 checks');
  expect(alert?.email.replace(/\s+/g, ' ')).toContain('3 checks: 2 compliant, 1 non-compliant, 0 failed');
});
