import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlertInput, AlertMessage, Announcement } from '../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import { announcementOf, publishedChecks } from '../../../../lambda/audit/alert/published-checks.ts';
import type { AuditAnswer, CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { checkInfo } from '../../../../lambda/audit/answer/check-catalogue.ts';
import { readAudit } from '../../../../lambda/audit/answer/reading.ts';
import { type Comparison, moveLedger, type VersionedEntry } from '../../../../lambda/audit/ledger/comparison.ts';
import {
  type AuditReference,
  type CheckEntry,
  entryAuditName,
  isLater,
} from '../../../../lambda/audit/ledger/entry.ts';
import { afterPublishing } from '../../../../lambda/audit/ledger/publish.ts';
import type { AlertSlot, AuditAlertKind } from '../../../../lambda/audit/watch/alert-kinds.ts';
import { closingKind, endsPublishedTrouble } from '../../../../lambda/audit/watch/closing.ts';
import { type AlertFilter, filterPolicy, SEVERITY_FLOORS } from '../../../../lib/delivery/alert-subscription.ts';
import { matchesEventPattern } from '../../../../local/compute/event-pattern.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCompliant,
  buildFailed,
  buildNonCompliant,
  buildSnapshot,
  buildStatistics,
} from '../../../builders.ts';

const CHECKS = [
  'IOT_POLICY_OVERLY_PERMISSIVE_CHECK',
  'CONFLICTING_CLIENT_IDS_CHECK',
  'DEVICE_CERTIFICATE_EXPIRING_CHECK',
  'LOGGING_DISABLED_CHECK',
];
const NAMES = ['Nightly', 'Weekly'];
const STATES: Readonly<Record<string, CheckDetails>> = {
  good: buildCompliant(),
  bad: buildNonCompliant(),
  worse: buildNonCompliant({ nonCompliantResourcesCount: 7 }),
  silenced: buildCompliant({ suppressedNonCompliantResourcesCount: 9 }),
  failed: buildFailed(),
  canceled: { checkRunStatus: 'CANCELED' },
  waiting: { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' },
  unreadable: { checkRunStatus: 'PAUSED' },
};
/** Every filter that a subscriber can have, by the names and the floors that occur. */
const FILTERS = SEVERITY_FLOORS.flatMap((minSeverity) =>
  [[], ['Nightly'], ['Weekly'], ['ON_DEMAND']].map((auditNames) => ({ minSeverity, auditNames })),
);

/** Those that a subscriber may add by hand: by the checks that an alert is about. */
const CHECK_FILTERS = CHECKS.flatMap((name) => FILTERS.map((filter) => ({ ...filter, checks: [name] })));

/** One audit: when it started, how its checks stood at the first alert about the run, and at its end. */
interface Played {
  readonly auditName: string | undefined;
  readonly day: number;
  readonly status: string;
  readonly end: Readonly<Record<string, string>>;
  readonly run: Readonly<Record<string, string>>;
  /** What the statistics say instead of what the details say. */
  readonly statistics: 'as the details' | 'missing' | 'all compliant';
  /** How many audits begin between the first alert about the run and its end. */
  readonly overlaps: number;
  /** Found over, too long ago to alert anybody. */
  readonly isLate: boolean;
}

/** Most of the checks, and most of them decided, so that trouble and its end meet. */
const state = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('good', 'bad', 'silenced') },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(STATES)) },
);
const states: fc.Arbitrary<Record<string, string>> = fc
  .tuple(
    ...CHECKS.map((name) =>
      fc.option(
        state.map((one) => [name, one] as const),
        { freq: 4 },
      ),
    ),
  )
  .map((given) => Object.fromEntries(given.filter((one) => one !== null)));
const audits: fc.Arbitrary<Played[]> = fc.array(
  fc.record({
    auditName: fc.constantFrom(...NAMES, undefined),
    // Audits overlap, and end out of order.
    day: fc.integer({ min: 1, max: 20 }),
    status: fc.constantFrom('COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELED'),
    end: states,
    run: fc.oneof(fc.constant({}), states),
    statistics: fc.constantFrom('as the details', 'as the details', 'missing', 'all compliant'),
    overlaps: fc.constantFrom(0, 0, 1, 3),
    isLate: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 8 },
);

/** A message, and what is true when it is sent. */
interface Sent {
  readonly kind: AuditAlertKind;
  readonly message: AlertMessage;
  readonly answer: AuditAnswer;
  readonly comparison: Comparison;
  /** The entries of the ledger: at a closing message, as its audit has left them. */
  readonly known: readonly CheckEntry[];
  /** Names of the checks that were compliant in the latest audit that had something to say of them, before this one ended. */
  readonly over: readonly string[];
  /** True when a check was in trouble in the latest audit that had something to say of it, this one included. */
  readonly isOpen: boolean;
  /** Filters of the subscribers that were sent trouble of a check that has not ended, by check. */
  readonly toldBefore: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Published trouble that the ledger has forgotten, and the filters of those who were sent it but not its end. */
interface Forgotten {
  readonly check: string;
  readonly notTold: readonly number[];
}

/** Plays audits, which overlap, as the functions do, and hands over each message that is sent and what is forgotten. */
function play(
  played: readonly Played[],
  onSent: (sent: Sent) => void,
  onForgotten: (forgotten: Forgotten) => void = () => undefined,
): void {
  let entries: readonly VersionedEntry[] = [];
  let told = new Map<string, ReadonlySet<number>>();
  const previous = new Map<string, readonly string[]>();
  /** What audits said of checks, in the order of saying: a result, or trouble that was published. */
  const said: { readonly key: string; readonly audit: AuditReference; readonly isBad: boolean }[] = [];
  const keysOver = () => {
    const latest = new Map<string, (typeof said)[number]>();
    for (const one of said) {
      const before = latest.get(one.key);
      // Of one audit, its result counts for more than what it published while it ran.
      if (before === undefined || !isLater(before.audit, one.audit)) latest.set(one.key, one);
    }
    return [...latest.values()].filter(({ isBad }) => !isBad).map(({ key }) => key);
  };
  const checksNotOver = () => {
    const over = keysOver();
    return new Set(said.filter(({ key }) => !over.includes(key)).map(({ key }) => key.split('#')[0] ?? ''));
  };
  const checksOver = () => {
    const notOver = checksNotOver();
    return CHECKS.filter((name) => !notOver.has(name));
  };

  const begin = ({ auditName, day, status, run, end, statistics, isLate }: Played, index: number) => {
    const taskId = `task-${index}`;
    const audit: AuditReference = {
      taskId,
      auditName: auditName ?? 'ON_DEMAND',
      startedAt: `2026-10-${String(day).padStart(2, '0')}T02:00:04.000Z`,
    };
    const answerOf = (taskStatus: string, checks: Played['end']): AuditAnswer => {
      const auditDetails = Object.fromEntries(
        Object.entries(checks).map(([name, state]) => [name, STATES[state] ?? {}]),
      );
      const counted = buildStatistics(auditDetails);
      return buildAnswer({
        taskStatus,
        scheduledAuditName: auditName,
        taskType: auditName === undefined ? 'ON_DEMAND_AUDIT_TASK' : 'SCHEDULED_AUDIT_TASK',
        taskStartTime: audit.startedAt,
        auditDetails,
        taskStatistics: {
          'as the details': counted,
          missing: undefined,
          'all compliant': { totalChecks: counted.totalChecks, compliantChecks: counted.totalChecks },
        }[statistics],
      });
    };
    const send = (input: AlertInput, answer: AuditAnswer, comparison: Comparison) => {
      const message = composeAlert(input);
      onSent({
        kind: input.kind,
        message,
        answer,
        comparison,
        known: entries,
        over,
        isOpen: checksNotOver().size > 0,
        toldBefore: told,
      });
      // Everybody who is sent a closing message is sent all that it ends.
      if (input.slot === 'TERMINAL') lastMessage = message;
      const passing = new Set(FILTERS.flatMap((_, filter) => (passes(filter, message) ? [filter] : [])));
      for (const check of publishedChecks(input)) {
        const entry = entries.find((known) => isOf(known, check.checkName, audit));
        const after = afterPublishing(entry, check, audit);
        if (after !== undefined) entries = [...entries.filter((known) => known !== entry), { ...after, version: 1 }];
        const key = keyOf({ checkName: check.checkName, auditName: entryAuditName(check.checkName, audit) });
        said.push({ key, audit, isBad: true });
        told = new Map([...told, [key, new Set([...(told.get(key) ?? []), ...passing])]]);
      }
    };
    const inputOf = (kind: AuditAlertKind, slot: AlertSlot, answer: AuditAnswer): AlertInput =>
      buildAlertInput({ kind, slot, taskId, snapshot: buildSnapshot({ answer }) });

    let over = checksOver();
    const running = answerOf('IN_PROGRESS', run);
    const counts = isLate ? {} : readAudit(running).counts;
    const announcedAs: Announcement[] = [];
    let lastMessage: AlertMessage | undefined;
    for (const [slot, count] of [
      ['NON_COMPLIANT_DETECTED', counts.nonCompliant],
      ['CHECK_FAILED', counts.failed],
    ] as const) {
      if (count === undefined || count === 0) continue;
      const { comparison } = moveLedger(readAudit(running), audit, { entries });
      const input = inputOf(slot, slot, running);
      send({ ...input, comparison }, running, comparison);
      announcedAs.push(announcementOf(input));
    }

    return () => {
      const answer = answerOf(status, end);
      const reading = readAudit(answer);
      over = checksOver();
      for (const { name, outcome } of reading.checks) {
        if (outcome !== 'COMPLIANT' && outcome !== 'NON_COMPLIANT') continue;
        const key = keyOf({ checkName: name, auditName: entryAuditName(name, audit) });
        said.push({ key, audit, isBad: outcome === 'NON_COMPLIANT' });
      }
      const { comparison, entries: moved } = moveLedger(reading, audit, {
        entries,
        previousChecks: auditName === undefined ? undefined : previous.get(auditName),
      });
      entries = [
        ...entries.filter((entry) => !moved.some((written) => keyOf(written) === keyOf(entry))),
        ...moved.map((entry) => ({ ...entry, version: entry.version + 1 })),
      ];
      if (auditName !== undefined) previous.set(auditName, Object.keys(end));
      const isRecordedOnly = isLate && !endsPublishedTrouble(comparison);
      const kind = isRecordedOnly
        ? undefined
        : closingKind(reading, comparison, { alertWhenCompliant: true, wasAlerted: announcedAs.length > 0 });
      if (kind !== undefined)
        send({ ...inputOf(kind, 'TERMINAL', answer), comparison, announcedAs }, answer, comparison);
      // The trouble of a check is over once the ledger has forgotten it.
      const open = new Set(entries.filter(({ published }) => published !== undefined).map(keyOf));
      for (const [check, filters] of told) {
        if (open.has(check)) continue;
        const notTold = [...filters].filter((filter) => lastMessage === undefined || !passes(filter, lastMessage));
        onForgotten({ check, notTold });
      }
      told = new Map([...told].filter(([key]) => open.has(key)));
    };
  };

  const running: { readonly end: () => void; readonly endsAfter: number }[] = [];
  const endThose = (isOver: (endsAfter: number) => boolean) => {
    for (const audit of running.filter(({ endsAfter }) => isOver(endsAfter))) {
      running.splice(running.indexOf(audit), 1);
      audit.end();
    }
  };
  played.forEach((audit, index) => {
    running.push({ end: begin(audit, index), endsAfter: index + audit.overlaps });
    endThose((endsAfter) => endsAfter <= index);
  });
  endThose(() => true);
}

function isOf(entry: CheckEntry, checkName: string, audit: AuditReference): boolean {
  return entry.checkName === checkName && entry.auditName === entryAuditName(checkName, audit);
}

function keyOf({ checkName, auditName = '' }: CheckEntry): string {
  return `${checkName}#${auditName}`;
}

function passes(filter: number, message: AlertMessage): boolean {
  return letsThrough(FILTERS[filter] ?? {}, message);
}

function letsThrough(
  { checks, ...filter }: AlertFilter & { readonly checks?: readonly string[] },
  { attributes }: AlertMessage,
): boolean {
  const policy = { ...filterPolicy(filter), ...(checks && { checks }) };
  return Object.keys(policy).length === 0 || matchesEventPattern(policy, attributes);
}

/** Everything that a subscriber can read. */
function textsOf({ subject, email, chat, machine }: AlertMessage): string[] {
  const { content, metadata } = JSON.parse(chat);
  const { text } = JSON.parse(machine);
  return [subject, email, content.title, content.description, metadata.summary, text.title, text.description].map(
    (one) => String(one).replace(/\s+/g, ' '),
  );
}

test('No text says that all is well, or that a check recovered, without a compliant result', () => {
  fc.assert(
    fc.property(audits, (played) => {
      play(played, ({ kind, message, answer, comparison }) => {
        const { checks, counts } = readAudit(answer);
        const isAllGood = checks.every(({ outcome }) => outcome === 'COMPLIANT') && (counts.total ?? 0) > 0;
        const recovered = comparison.checks.filter(({ change }) => change === 'RECOVERED');
        for (const { now } of recovered) expect(now.outcome).toBe('COMPLIANT');
        for (const text of textsOf(message)) {
          if (!isAllGood) expect(text).not.toMatch(/\b(?:all \d+|both|the only) checks?\b[^.]* (?:is|are) compliant/);
          if (recovered.length === 0) expect(text).not.toMatch(/recovered/i);
        }
        // What AWS does not call compliant is not called so here, whatever it was before.
        for (const { name, outcome } of checks) {
          if (outcome === 'COMPLIANT') continue;
          const { title } = checkInfo(name);
          expect(message.email).not.toMatch(new RegExp(`Recovered +${title}|${title} (?:is|are) compliant`));
        }
        expect(kind === 'RECOVERED' || kind === 'SUPPRESSED' || kind === 'COMPLETED_COMPLIANT').toBe(
          kind !== 'COMPLETED_INCOMPLETE' && isAllGood && answer.taskStatus === 'COMPLETED',
        );
      });
    }),
    { numRuns: 150 },
  );
});

test('RECOVERED and SUPPRESSED name a check only if it is compliant now, and its trouble was published', () => {
  fc.assert(
    fc.property(audits, (played) => {
      play(played, ({ kind, message, answer, comparison, toldBefore }) => {
        if (kind !== 'RECOVERED' && kind !== 'SUPPRESSED') return;
        const named: { checkName: string }[] = JSON.parse(message.machine).checks;
        expect(named.length).toBeGreaterThan(0);
        for (const { checkName } of named) {
          const { before, change } = comparison.checks.find((check) => check.checkName === checkName) ?? {};
          expect(change).toBe(kind);
          expect(before?.published).toBeDefined();
          expect(before && toldBefore.has(keyOf(before))).toBe(true);
          expect(answer.auditDetails?.[checkName]?.checkRunStatus).toBe('COMPLETED_COMPLIANT');
        }
      });
    }),
    { numRuns: 150 },
  );
});

test('Nothing is called open that the latest audit found compliant', () => {
  fc.assert(
    fc.property(audits, (played) => {
      play(played, ({ message, answer, known, over }) => {
        if (answer.taskStatus === 'IN_PROGRESS') return;
        const { elsewhere = [], notAudited = [], notNamed = [] } = JSON.parse(message.machine).changes ?? {};
        const open = elsewhere.filter(({ state: now }: { state: string }) => now === 'NON_COMPLIANT');
        const named = [...open.map(({ checkName }: { checkName: string }) => checkName), ...notAudited, ...notNamed];
        const [headline = ''] = message.email.split('\n\n');
        for (const name of over) {
          expect(named).not.toContain(name);
          const isKnown = known.every(({ checkName, unknown }) => checkName !== name || unknown === undefined);
          if (isKnown) expect(elsewhere).not.toContainEqual(expect.objectContaining({ checkName: name }));
          expect(headline.replace(/\s+/g, ' ')).not.toMatch(
            new RegExp(`${checkInfo(name).title} (?:was non-compliant|was not part|is not in|is open|is still open)`),
          );
        }
      });
    }),
    { numRuns: 300 },
  );
});

test('Every closing message says in its first line that something is open or unknown, while something is', () => {
  fc.assert(
    fc.property(audits, (played) => {
      play(played, ({ message, answer, known, isOpen }) => {
        if (answer.taskStatus === 'IN_PROGRESS') return;
        if (!isOpen && !known.some(({ unknown }) => unknown !== undefined)) return;
        const [headline = ''] = message.email.split('\n\n');
        expect(headline).toMatch(/non-compliant|failed|open|unknown|not\s+known|no\s+result|without\s+a\s+result/);
        expect(message.email).not.toContain('Nothing to do.');
      });
    }),
    { numRuns: 300 },
  );
});

test('Every filter that let trouble through lets its end through', () => {
  fc.assert(
    fc.property(audits, (played) => {
      play(played, ({ kind, message, answer, comparison, toldBefore }) => {
        if (answer.taskStatus === 'IN_PROGRESS') return;
        const ended = comparison.checks.filter(({ change }) => change === 'RECOVERED' || change === 'SUPPRESSED');
        const missing = kind === 'COMPLETED_INCOMPLETE' ? [...comparison.dropped, ...comparison.missing] : [];
        for (const entry of [...ended.map(({ before }) => before), ...missing]) {
          if (entry === undefined) continue;
          const mustPass = [...(toldBefore.get(keyOf(entry)) ?? [])];
          expect(mustPass.filter((filter) => !passes(filter, message))).toEqual([]);
        }
      });
    }),
    { numRuns: 150 },
  );
});

test('No trouble that was sent is forgotten in silence: its end passes every filter that it passed', () => {
  fc.assert(
    fc.property(audits, (played) => {
      play(
        played,
        () => undefined,
        ({ check, notTold }) => expect([check, notTold]).toEqual([check, []]),
      );
    }),
    { numRuns: 300 },
  );
});

test('Every filter that let an alert about the run through lets the last message about the audit through', () => {
  fc.assert(
    fc.property(audits, (played) => {
      const announced = new Map<string, AlertMessage[]>();
      const taskOf = ({ key }: AlertMessage) => key.split('#')[2] ?? '';
      play(played, ({ message, answer }) => {
        const before = announced.get(taskOf(message)) ?? [];
        if (answer.taskStatus === 'IN_PROGRESS') {
          announced.set(taskOf(message), [...before, message]);
          return;
        }
        announced.delete(taskOf(message));
        for (const filter of [...FILTERS, ...CHECK_FILTERS]) {
          if (before.some((alert) => letsThrough(filter, alert))) expect(letsThrough(filter, message)).toBe(true);
        }
      });

      // Each of them announced a closing message.
      expect([...announced.keys()]).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
