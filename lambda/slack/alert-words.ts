import { isObject, parseJson } from '../json.ts';
import { MalformedAlertError } from './slack-errors.ts';

/** What is posted of an alert: the words of its chat form, escaped for Slack (`text` in docs/alert-schema.json). */
export interface AlertWords {
  readonly title: string;
  readonly description: string;
  readonly nextSteps: readonly string[];
  /** For the footer and the log. */
  readonly alertKey?: string;
  readonly taskId?: string;
  readonly kind?: string;
}

/**
 * Reads the words in a machine-readable alert. Whatever else it holds is ignored, so that kinds and fields of later
 * versions are posted too; a missing part other than the title is left out: an alert that says less is better than no alert.
 *
 * @throws MalformedAlertError when there is no title to post
 */
export function parseAlertWords(message: string): AlertWords {
  const alert = parseJson(message);
  if (!isObject(alert)) throw new MalformedAlertError('it is not a JSON object');
  const words = isObject(alert.text) ? alert.text : {};
  const title = textIn(words.title);
  if (title === undefined) throw new MalformedAlertError('it has no text.title');
  return {
    title,
    description: textIn(words.description) ?? '',
    nextSteps: Array.isArray(words.nextSteps) ? words.nextSteps.flatMap((step: unknown) => textIn(step) ?? []) : [],
    alertKey: textIn(alert.alertKey),
    taskId: textIn(alert.taskId),
    kind: textIn(alert.kind),
  };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
