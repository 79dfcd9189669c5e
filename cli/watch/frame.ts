import type { AuditAnswer } from '../../lambda/audit/answer/aws-answers.ts';
import { auditNameOf, readAudit } from '../../lambda/audit/answer/reading.ts';
import { checkResultOf } from '../shared/history/check-result.ts';
import type { WatchedAudit } from './schema.ts';

/** What an answer of AWS says of an audit. */
export function frameOf(taskId: string, answer: AuditAnswer, polledAt: string): WatchedAudit {
  const { phase, counts, checks } = readAudit(answer);
  return {
    taskId,
    auditName: auditNameOf(answer),
    phase,
    over: false,
    startedAt: answer.taskStartTime,
    polledAt,
    totalChecks: counts.total,
    checks: checks.map(checkResultOf),
  };
}

/** Checks that have ended, with a result or without. */
export function finishedChecks({ checks }: WatchedAudit): number {
  return checks.filter(({ outcome }) => !['RUNNING', 'WAITING_FOR_DATA', 'UNKNOWN'].includes(outcome)).length;
}
