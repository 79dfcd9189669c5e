import type { NextStep } from '../../text/commands.ts';
import { cancelAuditCommand, startAuditCommand } from '../../text/commands.ts';
import { auditReportLink } from '../../text/console-links.ts';
import { durationText, secondsBetween } from '../../text/duration.ts';
import { plural, timeText } from '../../text/words.ts';
import type { AlertFacts } from '../facts.ts';
import { finishedChecks } from '../phrases.ts';

/** How an audit that seems stuck is told. */
export interface StuckWording {
  /** Ends the title. */
  readonly after: string;
  /** The sentence after the severity. */
  readonly headline: string;
  readonly why: readonly string[];
  readonly nextSteps: NextStep[];
  readonly outlook: string;
}

/** What the title of a stuck audit says; what is unknown is left out. */
export interface StuckProgress {
  readonly finished?: number;
  readonly total?: number;
  readonly runningSeconds?: number;
  readonly usualSeconds?: number;
}

/** It may be stuck or only slow: nothing here is called certain. */
export function stuckWording(facts: AlertFacts): StuckWording {
  return {
    after: stuckTitle({
      finished: finishedChecks(facts),
      total: facts.counts.total,
      runningSeconds: secondsBetween(facts.startedAt, facts.capturedAt),
      usualSeconds: facts.stuck?.usualSeconds,
    }),
    headline: headlineOf(facts),
    why: whyStuck(facts),
    nextSteps: stepsOf(facts),
    outlook: outlookOf(facts),
  };
}

/** ` seems stuck: 9 of 14 checks in 6 h, usually 42 min`: a subject of 99 characters has no room for more words. */
export function stuckTitle({ finished, total, runningSeconds, usualSeconds }: StuckProgress): string {
  const checks = finished === undefined || total === undefined ? [] : [`${finished} of ${plural(total, 'check')}`];
  const running = durationText(runningSeconds);
  const usual = durationText(usualSeconds);
  const sofar = [...checks, ...(running === undefined ? [] : [`in ${running}`])].join(' ');
  const parts = [...(sofar === '' ? [] : [sofar]), ...(usual === undefined ? [] : [`usually ${usual}`])];
  return ` seems stuck${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** `The longest of 7 earlier audits took 42 min.` */
export function usualText(audits: number | undefined, usualSeconds: number | undefined): string {
  const usual = durationText(usualSeconds) ?? 'an unknown time';
  return audits === 1
    ? `The one earlier audit whose duration is known took ${usual}.`
    : `The longest of ${plural(audits, 'earlier audit')} took ${usual}.`;
}

function headlineOf({ stuck, capturedAt }: AlertFacts): string {
  const silence = durationText(secondsBetween(stuck?.unchangedSince, capturedAt));
  const silent = silence === undefined ? 'for far longer than usual' : `for ${silence}`;
  return `the AWS IoT audit seems stuck: nothing has changed ${silent}. It is still running.`;
}

function whyStuck({ stuck }: AlertFacts): string[] {
  if (stuck === undefined) return ['It is silent far beyond its usual duration.'];
  return [`Nothing has changed since ${timeText(stuck.unchangedSince)}.`, usualText(stuck.audits, stuck.usualSeconds)];
}

function stepsOf({ region, taskId, trouble }: AlertFacts): NextStep[] {
  const report = { label: 'Open the audit report', url: auditReportLink(region, taskId) };
  const isWaiting = trouble.some(({ outcome }) => outcome === 'WAITING_FOR_DATA');
  const again = startAuditCommand(
    region,
    trouble.map(({ name }) => name),
  );
  return [
    { text: 'See whether anything moves.', link: report },
    ...(isWaiting
      ? [
          {
            text: 'Waiting for data collection is normal for a check that was enabled a short time ago, above all in an account with much data: give it time.',
          },
        ]
      : []),
    { text: 'If nothing moves, cancel the audit:', command: cancelAuditCommand(region, taskId) },
    again === undefined
      ? { text: 'Then run it again.' }
      : { text: 'Then run the checks again that have no result:', command: again },
  ];
}

function outlookOf({ stuck }: AlertFacts): string {
  const limit = stuck === undefined ? 'the watch limit' : `the watch limit of ${plural(stuck.watchLimitHours, 'hour')}`;
  return `This is told once. The watcher looks on until the audit ends or ${limit} passes; then a closing message follows.`;
}
