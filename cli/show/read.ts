import { type CheckReading, readAudit } from '../../lambda/audit/answer/reading.ts';
import type { CheckChange } from '../../lambda/audit/ledger/move.ts';
import { ALERT_SLOTS } from '../../lambda/audit/watch/alert-kinds.ts';
import { auditRow } from '../audits/read.ts';
import { rowOf } from '../findings/read.ts';
import { checkResultOf } from '../shared/history/check-result.ts';
import type { DocumentOf } from '../shared/history/document.ts';
import type { History } from '../shared/history/history.ts';
import { type StoredAudit, storedAudit } from '../shared/history/stored-audit.ts';
import type { ShowDocument } from './schema.ts';

type Show = DocumentOf<ShowDocument>;

/** All that is recorded of an audit. @throws CommandError if it is not recorded */
export async function readShow(history: History, taskId: string): Promise<Show> {
  const audit = await storedAudit(history, taskId);
  const moved = await history.ledger.storedMove({ ...history.place, taskId });
  const comparison = moved?.move?.comparison;
  return {
    audit: auditRow(audit.watch),
    checks: audit.reading.checks.map((check) =>
      checkRow(
        check,
        comparison?.checks.find(({ checkName }) => checkName === check.name),
      ),
    ),
    notAudited: comparison?.dropped.map(({ checkName }) => checkName) ?? [],
    findings: findingsOf(audit),
    snapshots: audit.snapshots.map(({ poll, capturedAt, answer }) => {
      const { total, compliant, nonCompliant, failed } = readAudit(answer).counts;
      return {
        poll,
        capturedAt,
        taskStatus: answer.taskStatus,
        checks: total,
        compliantChecks: compliant,
        nonCompliantChecks: nonCompliant,
        failedChecks: failed,
      };
    }),
    alerts: alertsOf(audit),
    topics: ['AlertTopicArn', 'ChatTopicArn'].map((name) => history.outputs[name]).filter((arn) => arn !== undefined),
    unreadableItems: history.unreadableItems(),
  };
}

function checkRow(check: CheckReading, changed: CheckChange | undefined): Show['checks'][number] {
  const { findings } = changed ?? {};
  return {
    ...checkResultOf(check),
    change: changed?.change,
    findings: findings && {
      new: findings.newCount,
      gone: findings.goneCount,
      suppressed: findings.suppressedCount,
      stillOpen: findings.openCount,
    },
  };
}

function findingsOf({ watch, findings, reference }: StoredAudit): Show['findings'] {
  if (findings === undefined) return undefined;
  return {
    count: findings.count,
    worst: findings.facts.worst.map((finding) => rowOf(watch, finding, {}, reference, findings)),
    incompleteChecks: [...findings.facts.incomplete],
  };
}

function alertsOf({ watch: { alerts } }: StoredAudit): Show['alerts'] {
  return ALERT_SLOTS.flatMap((slot) => {
    const alert = alerts[slot];
    if (alert === undefined) return [];
    const { kind, status, poll, registeredAt, settledAt, messageId } = alert;
    return [{ slot, kind, status, poll, registeredAt, settledAt, messageId: messageId ?? undefined }];
  });
}
