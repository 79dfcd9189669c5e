import type { AlertMessage } from '../alert-input.ts';
import { type ChatMetadata, chatNotification } from '../format/chat.ts';
import { emailBody, emailSubject } from '../format/email.ts';
import { overdueMachineAlert } from '../format/json.ts';
import { gatherOverdueFacts, type OverdueFacts } from './facts.ts';
import type { AuditSchedule, DueRun } from './schedule-text.ts';
import { overdueStory } from './story.ts';

/** A run of a schedule that did not come: there is no audit to tell about. */
export interface OverdueInput extends Required<DueRun> {
  readonly schedule: AuditSchedule & { readonly name: string };
  /** Of the last run that is known. ISO 8601, UTC. */
  readonly lastStartedAt?: string;
  readonly lastTaskId?: string;
  /** When the run was given up as missing. ISO 8601, UTC. */
  readonly judgedAt: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
}

/** Writes AUDIT_OVERDUE for every protocol. Pure, like `composeAlert`. */
export function composeOverdue(input: OverdueInput): AlertMessage {
  const facts = gatherOverdueFacts(input);
  const story = overdueStory(facts);
  return {
    key: facts.key,
    subject: emailSubject(facts, story),
    machine: JSON.stringify(overdueMachineAlert(facts)),
    email: emailBody(facts, story),
    chat: JSON.stringify(chatNotification(facts, story, metadata(facts))),
    attributes: {
      kind: facts.kind,
      severity: facts.severity,
      taskType: facts.taskType,
      auditName: facts.auditName,
      account: facts.accountId,
      region: facts.region,
    },
  };
}

function metadata({ accountId, region, auditName, severity, day, lastTaskId }: OverdueFacts): ChatMetadata {
  return {
    keywords: [severity, auditName, region, 'OVERDUE'],
    relatedResources: [],
    context: { account: accountId, region, audit: auditName, severity, day, lastTaskId },
  };
}
