import type { AuditAlertKind } from '../../watch/alert-kinds.ts';
import { auditNotCompleted } from './audit-not-completed.ts';
import { auditOverdue } from './audit-overdue.ts';
import { auditStuck } from './audit-stuck.ts';
import { checkFailed } from './check-failed.ts';
import { completedCompliant } from './completed-compliant.ts';
import { completedIncomplete } from './completed-incomplete.ts';
import { completedWithFindings } from './completed-with-findings.ts';
import { digest } from './digest.ts';
import type { AuditKind, DigestKind, MissedRunKind } from './kind.ts';
import { nonCompliantDetected } from './non-compliant-detected.ts';
import { recovered } from './recovered.ts';
import { suppressed } from './suppressed.ts';
import { watcherGaveUp } from './watcher-gave-up.ts';

/** Every kind of alert, one file each: a kind without an entry does not compile. */
export const KINDS: Readonly<Record<AuditAlertKind, AuditKind>> & {
  readonly AUDIT_OVERDUE: MissedRunKind;
  readonly DIGEST: DigestKind;
} = {
  NON_COMPLIANT_DETECTED: nonCompliantDetected,
  CHECK_FAILED: checkFailed,
  AUDIT_STUCK: auditStuck,
  COMPLETED_WITH_FINDINGS: completedWithFindings,
  COMPLETED_INCOMPLETE: completedIncomplete,
  RECOVERED: recovered,
  SUPPRESSED: suppressed,
  COMPLETED_COMPLIANT: completedCompliant,
  AUDIT_NOT_COMPLETED: auditNotCompleted,
  WATCHER_GAVE_UP: watcherGaveUp,
  AUDIT_OVERDUE: auditOverdue,
  DIGEST: digest,
};
