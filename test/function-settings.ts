import { ENV } from '../lambda/contract.ts';

export const TABLE_NAME = 'Watches';
export const TOPIC_ARN = 'arn:aws:sns:eu-west-1:123456789012:Alerts';

/** The environment of a function under test, without the endpoints that it calls. */
export const FUNCTION_SETTINGS = {
  [ENV.tableName]: TABLE_NAME,
  [ENV.alertTopicArn]: TOPIC_ARN,
  [ENV.watchLimitHours]: '24',
  [ENV.lateAfterHours]: '24',
  [ENV.minWaitSeconds]: '5',
  [ENV.maxWaitSeconds]: '900',
  [ENV.patienceSeconds]: '0.5',
  [ENV.mostLearnedPolls]: '700',
  [ENV.retentionDays]: '400',
  [ENV.alertWhenCompliant]: 'false',
  [ENV.repeat]: 'always',
  [ENV.digest]: 'none',
  [ENV.digestDay]: 'MON',
  [ENV.digestHour]: '8',
  [ENV.digestTimeZone]: 'UTC',
  POWERTOOLS_SERVICE_NAME: 'audit-watcher',
  POWERTOOLS_METRICS_NAMESPACE: 'AuditWatcher',
  AWS_LAMBDA_FUNCTION_NAME: 'Any',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_MAX_ATTEMPTS: '1',
};
