import type { Context } from 'aws-lambda';
import { logger } from '../aws/logger.ts';
import { INVOCATION_FAILED } from '../watch-handler.ts';
import { parseAlertWords } from './alert-words.ts';
import { slackMessage } from './block-kit.ts';
import { snsMessages } from './sns-event.ts';
import type { SlackWebhook } from './webhook.ts';

/**
 * Makes the Lambda handler that posts each alert to Slack. What cannot be posted is thrown: Lambda tries twice more, then
 * keeps the event in the dead-letter queue. A retry after an answer that got lost repeats the message; its alert
 * key makes the repeat recognizable.
 */
export function slackHandler(webhook: SlackWebhook): (event: unknown, context: Context) => Promise<void> {
  return async (event, context) => {
    logger.resetKeys();
    logger.addContext(context);
    try {
      for (const text of snsMessages(event)) {
        const alert = parseAlertWords(text);
        const { taskId, alertKey, kind } = alert;
        logger.appendKeys({ taskId, alertKey });
        await webhook.post(slackMessage(alert), () => context.getRemainingTimeInMillis());
        logger.info('Posted an alert to Slack', { kind });
      }
    } catch (error) {
      logger.error(INVOCATION_FAILED, { error });
      throw error;
    }
  };
}
