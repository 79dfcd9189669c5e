import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What holds where neither the configuration nor the props of the construct say otherwise. */
export const DEFAULTS = {
  chatTopic: false,
  slackWebhookMinSeverity: 'LOW',
  sweepMinutes: 5,
  lateAfterHours: 24,
  alertWhenCompliant: false,
  repeat: 'always',
  watchLimitHours: 24,
  alertDelay: 'prompt',
  minWaitSeconds: 5,
  maxWaitSeconds: 900,
  /** More than a year, so that this year's audit can be compared with last year's. */
  retentionDays: 400,
  retainData: true,
  logRetentionDays: RetentionDays.THREE_MONTHS,
  dashboard: true,
} as const;
