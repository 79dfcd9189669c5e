import { isObject } from '../json.ts';
import { MalformedSnsEventError } from './slack-errors.ts';

/**
 * The messages in what SNS hands to a function: one, as far as SNS goes today.
 *
 * @throws MalformedSnsEventError when it is anything else
 */
export function snsMessages(event: unknown): string[] {
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : [];
  const messages = records.map((record: unknown) => {
    const message = isObject(record) && isObject(record.Sns) ? record.Sns.Message : undefined;
    if (typeof message !== 'string') throw new MalformedSnsEventError();
    return message;
  });
  if (messages.length === 0) throw new MalformedSnsEventError();
  return messages;
}
