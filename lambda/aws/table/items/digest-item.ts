import type { AlertMessage } from '../../../audit/alert/alert-input.ts';
import type { CheckMark } from '../../../audit/ledger/check-mark.ts';
import type { DigestRecord, PendingDigest } from '../../../digest/record.ts';
import { isMoment, isNumber, isText, listOf, mapOf, objectOf, optional, type Shape } from './shapes.ts';
import { isAttempt } from './watch-item.ts';

const isMark = objectOf<CheckMark>({
  checkName: isText,
  auditName: optional(isText),
  state: isText,
  since: optional(isText),
  taskId: optional(isText),
  outcome: optional(isText),
  outcomeSince: optional(isText),
  resources: optional(isNumber),
  suppressed: optional(isNumber),
});

const isTextOrTexts: Shape = (value) => isText(value) || listOf(isText)(value);

const isMessage = objectOf<AlertMessage>({
  key: isText,
  subject: isText,
  machine: isText,
  email: isText,
  chat: isText,
  attributes: mapOf(isTextOrTexts),
});

/** The record of the digests. */
export const isDigestRecord = objectOf<DigestRecord>({
  since: isMoment,
  doneUntil: isMoment,
  marks: listOf(isMark),
  pending: optional(
    objectOf<PendingDigest>({
      periodEnd: isMoment,
      writtenAt: isMoment,
      marks: listOf(isMark),
      message: isMessage,
      attempt: optional(isAttempt),
      messageId: optional(isText),
    }),
  ),
});
