import { ON_DEMAND } from '../answer/reading.ts';
import type { AlertIdentity, AlertInput, AlertMessage } from './alert-input.ts';
import { type AlertFacts, gatherFacts } from './facts.ts';
import { auditMetadata, type ChatMetadata, chatNotification, chatWords, missedRunMetadata } from './format/chat.ts';
import { emailBody, emailSubject } from './format/email.ts';
import { machineAlert, missedRunMachineAlert } from './format/json.ts';
import { auditOverdue } from './kinds/audit-overdue.ts';
import { KINDS } from './kinds/kinds.ts';
import { gatherMissedRunFacts, type MissedRunFacts, type MissedRunInput } from './missed-run-facts.ts';
import { type AlertStory, auditStory, missedRunStory } from './story.ts';

/** Writes an alert about an audit for every protocol. Pure: the same input gives the same message, so that a repeat can be recognized. */
export function composeAlert(input: AlertInput): AlertMessage {
  const kind = KINDS[input.kind];
  const facts = gatherFacts(input, kind);
  const story = auditStory(facts, kind);
  return writeAlert(
    facts,
    story,
    machineAlert(facts),
    auditMetadata(facts, story, kind.keyword),
    auditAttributes(facts),
  );
}

/** Writes an alert about a scheduled audit that did not start. Pure as well. Names its kind itself: the sweep loads no other. */
export function composeMissedRun(input: MissedRunInput): AlertMessage {
  const facts = gatherMissedRunFacts(input);
  const story = missedRunStory(facts, auditOverdue);
  return writeAlert(facts, story, missedRunMachineAlert(facts), missedRunMetadata(facts), missedRunAttributes(facts));
}

/** The same for every alert: all formats of one story. */
export function writeAlert(
  alert: AlertIdentity,
  story: AlertStory,
  machine: object,
  metadata: ChatMetadata,
  attributes: AlertMessage['attributes'],
): AlertMessage {
  const text = chatWords(alert, story);
  return {
    key: alert.key,
    subject: emailSubject(alert, story),
    machine: JSON.stringify({ ...machine, text }),
    email: emailBody(alert, story),
    chat: JSON.stringify(chatNotification(alert, story, text, metadata)),
    attributes,
  };
}

/** For filter policies. What is unknown is left out: SNS refuses an empty value. */
function auditAttributes(facts: AlertFacts): AlertMessage['attributes'] {
  const { reach } = facts;
  const known: Record<string, string | readonly string[] | undefined> = {
    kind: facts.kind,
    severity: reach.severity,
    taskStatus: facts.taskStatus,
    taskType: facts.taskType,
    auditName: facts.auditName ?? (facts.taskType === 'ON_DEMAND_AUDIT_TASK' ? ON_DEMAND : undefined),
    auditNames: reach.auditNames.length === 0 ? undefined : reach.auditNames,
    account: facts.accountId,
    region: facts.region,
    checks: reach.checks.length === 0 ? undefined : reach.checks,
  };
  return Object.fromEntries(
    Object.entries(known).filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined),
  );
}

function missedRunAttributes(facts: MissedRunFacts): AlertMessage['attributes'] {
  return {
    kind: facts.kind,
    severity: facts.severity,
    taskType: facts.taskType,
    auditName: facts.auditName,
    auditNames: [facts.auditName],
    account: facts.accountId,
    region: facts.region,
  };
}
