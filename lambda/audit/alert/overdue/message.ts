import type { AlertMessage } from '../alert-input.ts';
import { type ChatMetadata, chatNotification } from '../format/chat.ts';
import { emailBody, emailSubject } from '../format/email.ts';
import { overdueMachineAlert } from '../format/json.ts';
import { gatherOverdueFacts, type OverdueFacts, type OverdueInput } from './facts.ts';
import { overdueStory } from './story.ts';

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
