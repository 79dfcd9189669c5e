import { ON_DEMAND } from '../answer/reading.ts';
import { highestSeverity, type Severity } from '../answer/severity.ts';
import type { AlertInput, AlertMessage } from './alert-input.ts';
import { type AlertFacts, gatherFacts } from './facts.ts';
import { auditMetadata, chatNotification } from './format/chat.ts';
import { emailBody, emailSubject } from './format/email.ts';
import { machineAlert } from './format/json.ts';
import { tellStory } from './story.ts';

/** Writes an alert about an audit for every protocol. Pure: the same input gives the same message, so that a repeat can be recognized. */
export function composeAlert(input: AlertInput): AlertMessage {
  const facts = gatherFacts(input);
  const story = tellStory(facts);
  return {
    key: facts.key,
    subject: emailSubject(facts, story),
    machine: JSON.stringify(machineAlert(facts)),
    email: emailBody(facts, story),
    chat: JSON.stringify(chatNotification(facts, story, auditMetadata(facts, story))),
    attributes: attributes(facts),
  };
}

/**
 * Severity for filter policies: the highest of what the alert tells about, good news included, so that whoever was told of
 * trouble hears that it is gone even when something lesser remains.
 */
function reach({ kind, severity, compared }: AlertFacts): Severity {
  const recovered = compared.filter(({ change }) => change?.change === 'RECOVERED');
  const isTold = kind === 'COMPLETED_WITH_FINDINGS';
  return highestSeverity([severity, ...(isTold ? recovered.map(({ findingSeverity }) => findingSeverity) : [])]);
}

/** For filter policies. What is unknown is left out: SNS refuses an empty value. */
function attributes(facts: AlertFacts): AlertMessage['attributes'] {
  const { trouble } = facts;
  const known: Record<string, string | readonly string[] | undefined> = {
    kind: facts.kind,
    severity: reach(facts),
    taskStatus: facts.taskStatus,
    taskType: facts.taskType,
    auditName: facts.auditName ?? (facts.taskType === 'ON_DEMAND_AUDIT_TASK' ? ON_DEMAND : undefined),
    account: facts.accountId,
    region: facts.region,
    checks: trouble.length === 0 ? undefined : trouble.map(({ name }) => name),
  };
  return Object.fromEntries(
    Object.entries(known).filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined),
  );
}
