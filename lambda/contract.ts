/**
 * What synth time (`lib/`), run time (`lambda/`) and the local stack (`local/`) agree on.
 * State names, payloads, error names and table names are a contract with executions that are already deployed.
 */

/** Settings that the stack gives to the functions, by environment variable. */
export const ENV = {
  tableName: 'TABLE_NAME',
  alertTopicArn: 'ALERT_TOPIC_ARN',
  /** Optional: the topic that gets the chat form, which the alert topic then leaves out. */
  chatTopicArn: 'CHAT_TOPIC_ARN',
  /** Name or ARN of the secret that holds the URL of Slack's webhook; never the URL itself. */
  slackWebhookSecret: 'SLACK_WEBHOOK_SECRET',
  /** Hours after which a watch gives up. */
  watchLimitHours: 'WATCH_LIMIT_HOURS',
  /** Shortest and longest pause between two polls, in seconds. */
  minWaitSeconds: 'MIN_WAIT_SECONDS',
  maxWaitSeconds: 'MAX_WAIT_SECONDS',
  /** Seconds of delay that one poll less is worth. */
  patienceSeconds: 'PATIENCE_SECONDS',
  /** Most polls of a watch that come because of earlier audits. */
  mostLearnedPolls: 'MOST_LEARNED_POLLS',
  /** Days that snapshots and watches are kept. */
  retentionDays: 'RETENTION_DAYS',
  /** `true` sends COMPLETED_COMPLIANT too. */
  alertWhenCompliant: 'ALERT_WHEN_COMPLIANT',
  /** `always`, or `changes`: hold back what says the same as in the previous comparable audit. */
  repeat: 'REPEAT',
  /** Hours: an audit from before the deployment that ended longer ago than this is recorded without alerts. */
  lateAfterHours: 'LATE_AFTER_HOURS',
  /** How often a digest is sent: `none`, `daily` or `weekly`. */
  digest: 'DIGEST',
  /** When: the day of a weekly one, the hour, and the time zone of both. */
  digestDay: 'DIGEST_DAY',
  digestHour: 'DIGEST_HOUR',
  digestTimeZone: 'DIGEST_TIME_ZONE',
} as const;

/** Values of DIGEST. */
export const DIGEST = ['none', 'daily', 'weekly'] as const;

/** Values of DIGEST_DAY, as EventBridge Scheduler writes them. */
export const DIGEST_DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

/** Values of REPEAT. */
export const REPEAT = ['always', 'changes'] as const;

/** The kinds of alerts: what an alert says, and by which subscribers may filter. */
export const ALERT_KIND = {
  nonCompliantDetected: 'NON_COMPLIANT_DETECTED',
  checkFailed: 'CHECK_FAILED',
  auditStuck: 'AUDIT_STUCK',
  completedWithFindings: 'COMPLETED_WITH_FINDINGS',
  completedIncomplete: 'COMPLETED_INCOMPLETE',
  recovered: 'RECOVERED',
  suppressed: 'SUPPRESSED',
  completedCompliant: 'COMPLETED_COMPLIANT',
  auditNotCompleted: 'AUDIT_NOT_COMPLETED',
  watcherGaveUp: 'WATCHER_GAVE_UP',
  auditOverdue: 'AUDIT_OVERDUE',
  digest: 'DIGEST',
} as const;
export type AlertKind = (typeof ALERT_KIND)[keyof typeof ALERT_KIND];
/** Kind of the doctor's test alert. No filter by kind holds it back. */
export const TEST_KIND = 'TEST';

/** What the loop does after a poll. */
export const NEXT = {
  /** The audit ended and may have findings: read and store them, then send the alerts. */
  readFindings: 'READ_FINDINGS',
  sendAlerts: 'SEND_ALERTS',
  wait: 'WAIT',
  finished: 'FINISHED',
  alreadyWatched: 'ALREADY_WATCHED',
} as const;
export type Next = (typeof NEXT)[keyof typeof NEXT];

/** An account and a Region of it, as EventBridge writes them on the envelope of each event. */
export interface Place {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** What identifies an audit. */
export interface AuditId extends Place {
  readonly taskId: string;
}

/** `taskId` as the AWS IoT API defines it. */
export const TASK_ID_PATTERN = /^[a-zA-Z0-9-]{1,40}$/;

/** What the state machine hands to each function: the state's input and the execution that asks. */
export interface FunctionInput {
  readonly input: AuditId & {
    /** Seconds of the pause that follows this task; the lease must outlive it. */
    readonly waitSeconds?: number;
    /** Set on the way to *Give up* only: the error that was caught. */
    readonly failure?: CaughtError;
    /** What became of *Read findings*, after it ran: its answer, or the error that was caught. */
    readonly findings?: ReadFindingsResult | CaughtError;
  };
  /** ARN of the execution, from the context object. */
  readonly execution: string;
}

/** An error as a Catch puts it into the state. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause?: string;
}

/** Answer of *Read findings* and *Store findings*. */
export interface ReadFindingsResult extends AuditId {
  /** AWS lists as many findings as it counts, and they are all stored. Where it does not count, none are awaited. */
  readonly complete: boolean;
  /** Number of findings, suppressed ones included. */
  readonly count: number;
}

/** Answer of *Check audit*. */
export interface CheckAuditResult extends AuditId {
  readonly next: Next;
  /** Seconds until the next poll; 0 when `finished`. */
  readonly waitSeconds: number;
  /** True when no further poll follows. */
  readonly finished: boolean;
}

/** Answer of *Send alerts* and *Give up*: how many alerts this call published. */
export interface SendAlertsResult extends AuditId {
  readonly sent: number;
}

/** Names of errors; Step Functions matches on them. What AWS calls throw is named by its nature, for every service alike. */
export const ERROR = {
  /** The execution input names no audit of the watcher's own account and Region. Never retried. */
  invalidInput: 'InvalidInputError',
  /** A setting is missing from the environment. Never retried. */
  missingSetting: 'MissingSettingError',
  /** A setting has a value that cannot be used. Never retried. */
  malformedSetting: 'MalformedSettingError',
  /** The watch limit passed before the audit ended. Never retried. */
  watchLimitReached: 'WatchLimitReachedError',
  /** Two attempts of one state polled at the same time, and this one came second. Retried: the next poll is as good. */
  pollsOverlapped: 'PollsOverlappedError',
  /** The table does not exist (told apart from an audit that does not). */
  tableNotFound: 'TableNotFoundError',
  /** An item of the table cannot be read. */
  malformedItem: 'MalformedItemError',
  /** Too many calls. */
  throttled: 'ThrottledError',
  /** No answer, none that is whole, or a server error. */
  unavailable: 'UnavailableError',
  /** The role, a policy, a key or the credentials do not allow the call. */
  denied: 'DeniedError',
  /** What the call is about does not exist. */
  notFound: 'NotFoundError',
  /** An answer lacks what it must have. */
  malformedAnswer: 'MalformedAnswerError',
  /** The service does not take the request as it is. Never retried. */
  refused: 'RefusedError',
  /** EventBridge refused start events every time. */
  eventsNotPut: 'EventsNotPutError',
  /** Findings are to be read of an audit that was never watched. Never retried. */
  watchNotFound: 'WatchNotFoundError',
  /** A snapshot that an alert is about is not in the table. */
  snapshotNotFound: 'SnapshotNotFoundError',
} as const;

/** The one table. */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  /** Sparse, watch items only: one audit's watches in order of their start. */
  byAuditIndex: { name: 'byAudit', partitionKey: 'auditKey', sortKey: 'auditStartTime' },
  /** Sparse, watch items only, and of these only the keys: all audits of an account and Region in order of their start. */
  byStartIndex: { name: 'byStart', partitionKey: 'place', sortKey: 'auditStartTime' },
  /** Sparse, watches with work left only: by the moment when the sweep has to see to them. */
  openIndex: { name: 'open', partitionKey: 'open', sortKey: 'dueAt' },
} as const;

/** Begins the keys of everything of an account and Region. */
export function placeKey({ account, region }: Place): string {
  return `${account}#${region}`;
}

/** Partition of all items of one audit. */
export function auditPartition(audit: AuditId): string {
  return `AUDIT#${placeKey(audit)}#${audit.taskId}`;
}

/** Key of the one item of the sweep: when it last ran, how far the history is filled, what it knows of the schedules. */
export function sweepKey(place: Place): Record<string, string> {
  return { [TABLE.partitionKey]: `SWEEP#${placeKey(place)}`, [TABLE.sortKey]: 'STATE' };
}

/** Key of the one item of the digests: what the last one covered, and the next one until it is sent. */
export function digestKey(place: Place): Record<string, string> {
  return { [TABLE.partitionKey]: `DIGEST#${placeKey(place)}`, [TABLE.sortKey]: 'STATE' };
}

/** Partition of the alerts that nobody knows to be published, by their key. */
export function uncertainPartition(place: Place): string {
  return `UNCERTAIN#${placeKey(place)}`;
}

/** Our own start event: anyone in the account may put it on the default bus. */
export const AUDIT_STARTED_EVENT = {
  source: 'device-defender-audit-watcher',
  detailType: 'Device Defender Audit Started',
} as const;

/** What the functions write to CloudWatch themselves, in the embedded metric format. */
export const METRICS = { namespace: 'AuditWatcher', service: 'audit-watcher' } as const;

/**
 * Names of these metrics. Each name and each combination of its dimensions is a metric of its own, and costs money for every hour
 * in which something is written: so they have few dimensions, and what is nothing is not written.
 */
export const METRIC = {
  /** By `auditName`. */
  snapshots: 'Snapshots',
  nonCompliantChecks: 'NonCompliantChecks',
  failedChecks: 'FailedChecks',
  /** By `auditName` and `kind`. */
  alerts: 'Alerts',
  /** By `outcome`, see AUDIT_OUTCOME. */
  auditsEnded: 'AuditsEnded',
  /** By `function`, as all that follow: another stack of the account must not set off an alarm of this one. */
  poll: 'Poll',
  alertDelay: 'AlertDelay',
  throttledCalls: 'ThrottledCalls',
  unreadableItems: 'UnreadableItems',
  auditsFound: 'AuditsFound',
  watchesTakenOver: 'WatchesTakenOver',
  runsMissed: 'RunsMissed',
  openWatches: 'OpenWatches',
  oldestPendingAlert: 'OldestPendingAlert',
  oldestUnwatched: 'OldestUnwatched',
  uncertainAlerts: 'UncertainAlerts',
} as const;
export type MetricName = (typeof METRIC)[keyof typeof METRIC];

/** How a watch ended. */
export const AUDIT_OUTCOME = {
  compliant: 'COMPLIANT',
  withFindings: 'WITH_FINDINGS',
  /** COMPLETED without known trouble, and without a compliant result for every check. */
  incomplete: 'INCOMPLETE',
  failed: 'FAILED',
  canceled: 'CANCELED',
  /** WATCHER_GAVE_UP was sent. */
  gaveUp: 'GAVE_UP',
} as const;
export type AuditOutcome = (typeof AUDIT_OUTCOME)[keyof typeof AUDIT_OUTCOME];
