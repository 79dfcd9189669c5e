import { ON_DEMAND } from '../answer/reading.ts';
import { highestSeverity, type Severity } from '../answer/severity.ts';
import { isUnchanged } from '../ledger/comparison.ts';
import type { AlertIdentity, AlertInput, AlertMessage } from './alert-input.ts';
import { type AlertFacts, gatherFacts } from './facts.ts';
import { auditMetadata, type ChatMetadata, chatNotification, chatWords, missedRunMetadata } from './format/chat.ts';
import { emailBody, emailSubject } from './format/email.ts';
import { machineAlert, missedRunMachineAlert } from './format/json.ts';
import { KINDS } from './kinds/kinds.ts';
import { gatherOverdueFacts, type OverdueFacts, type OverdueInput } from './overdue-facts.ts';
import { type AlertStory, auditStory, missedRunStory } from './story.ts';

/** Writes an alert about an audit for every protocol. Pure: the same input gives the same message, so that a repeat can be recognized. */
export function composeAlert(input: AlertInput): AlertMessage {
  const kind = KINDS[input.kind];
  const facts = gatherFacts(input, kind);
  const story = auditStory(facts, kind);
  return write(facts, story, machineAlert(facts), auditMetadata(facts, story, kind.keyword), auditAttributes(facts));
}

/** Writes an alert about a scheduled audit that did not start. Pure as well. */
export function composeOverdue(input: OverdueInput): AlertMessage {
  const kind = KINDS.AUDIT_OVERDUE;
  const facts = gatherOverdueFacts(input);
  const story = missedRunStory(facts, kind);
  return write(facts, story, missedRunMachineAlert(facts), missedRunMetadata(facts), missedRunAttributes(facts));
}

/**
 * True when a closing message says what the previous comparable audit said already. Alerts about a running audit are never
 * held back: their slot is used once, and new trouble may follow. In doubt false.
 */
export function saysNothingNew({ kind, comparison }: Pick<AlertInput, 'kind' | 'comparison'>): boolean {
  if (!KINDS[kind].tellsChanges || comparison === undefined || 'first' in comparison) return false;
  return isUnchanged(comparison);
}

function write(
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

/**
 * Severity for filter policies: the highest of what the alert is about, good news included, so that a subscriber who was
 * alerted to trouble also learns that it is gone, even if something lesser remains.
 */
function reach({ scope, severity, compared }: AlertFacts): Severity {
  const recovered = compared.filter(({ change }) => change?.change === 'RECOVERED');
  return highestSeverity([
    severity,
    ...(scope.tellsChanges ? recovered.map(({ findingSeverity }) => findingSeverity) : []),
  ]);
}

/** For filter policies. What is unknown is left out: SNS refuses an empty value. */
function auditAttributes(facts: AlertFacts): AlertMessage['attributes'] {
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

function missedRunAttributes(facts: OverdueFacts): AlertMessage['attributes'] {
  return {
    kind: facts.kind,
    severity: facts.severity,
    taskType: facts.taskType,
    auditName: facts.auditName,
    account: facts.accountId,
    region: facts.region,
  };
}
