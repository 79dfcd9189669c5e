import { SEVERITIES, type Severity } from '../audit/answer/severity.ts';
import { TASK_ID_PATTERN } from '../contract.ts';
import { MalformedAlertError, UnknownAlertVersionError } from './slack-errors.ts';

/** Of an audit, or of a scheduled run that did not come. */
const ALERT_KEY = /^(?:[a-zA-Z0-9-]{1,40}#[A-Z][A-Z_]*|[a-zA-Z0-9_-]{1,128}#AUDIT_OVERDUE#\d{4}-\d\d-\d\d)$/;

/** What is read of the machine-readable alert (docs/alert-schema.json, version 1). Whatever else it holds is ignored. */
export interface MachineAlert {
  readonly kind: string;
  readonly severity: Severity;
  readonly alertKey: string;
  readonly accountId: string;
  readonly region: string;
  /** Absent where there is no audit: in AUDIT_OVERDUE. */
  readonly taskId?: string;
  readonly taskType?: string;
  readonly scheduledAuditName?: string;
  readonly taskStatus?: string;
  readonly taskStartTime?: string;
  readonly capturedAt?: string;
  readonly statistics: {
    readonly totalChecks?: number;
    readonly compliantChecks?: number;
    readonly nonCompliantChecks?: number;
    readonly failedChecks?: number;
  };
  readonly checks: readonly MachineCheck[];
  readonly omittedChecks?: number;
  readonly changes?: MachineChanges;
  readonly findings?: {
    readonly status?: string;
    readonly errorName?: string;
    readonly resources: readonly MachineFinding[];
    /** Numbers of open findings by check. */
    readonly open: ReadonlyMap<string, number>;
  };
  readonly gaveUp?: { readonly reason?: string; readonly errorName?: string; readonly errorMessage?: string };
  readonly stuck?: {
    readonly usualSeconds?: number;
    readonly audits?: number;
    readonly unchangedSince?: string;
    readonly watchLimitHours?: number;
  };
  readonly overdue?: MachineOverdue;
}

/** A run that did not come. */
export interface MachineOverdue {
  readonly day?: string;
  readonly dueAt?: string;
  readonly isLearned: boolean;
  readonly frequency?: string;
  readonly dayOfWeek?: string;
  readonly dayOfMonth?: string;
  readonly lastStartedAt?: string;
  readonly lastTaskId?: string;
  readonly judgedAt?: string;
}

/** One check of it. */
export interface MachineCheck {
  readonly checkName: string;
  readonly title: string;
  readonly severity: Severity;
  readonly checkRunStatus?: string;
  readonly totalResourcesCount?: number;
  readonly nonCompliantResourcesCount?: number;
  readonly suppressedNonCompliantResourcesCount?: number;
  readonly errorCode?: string;
  readonly message?: string;
  readonly change?: string;
  readonly previousNonCompliantResourcesCount?: number;
}

/** What changed since the audit before. */
export interface MachineChanges {
  readonly firstAudit: boolean;
  readonly previousAuditStartTime?: string;
  readonly unchanged: boolean;
  readonly checks: readonly { readonly checkName: string; readonly change: string; readonly stillOpenSince?: string }[];
}

/** One of the worst resources. */
export interface MachineFinding {
  readonly checkName: string;
  readonly resource: string;
  readonly reasonCode?: string;
  readonly since?: string;
  readonly things: readonly string[];
}

/**
 * Reads an alert. A field that may be missing is also taken as missing when it has another type than expected: an alert that
 * tells less is better than none.
 *
 * @throws UnknownAlertVersionError, MalformedAlertError when a required field is missing or cannot be used
 */
export function parseMachineAlert(text: string): MachineAlert {
  const alert = new Fields(parseJson(text), 'the message');
  if (alert.get('schemaVersion') !== '1') throw new UnknownAlertVersionError(alert.get('schemaVersion'));
  const checks = alert.get('checks');
  if (!Array.isArray(checks)) throw new MalformedAlertError('checks is no list');
  const statistics = alert.inner('statistics');
  const gaveUp = alert.inner('gaveUp');
  const changes = alert.inner('changes');
  const findings = alert.inner('findings');
  const stuck = alert.inner('stuck');
  const overdue = alert.inner('overdue');
  const kind = alert.required('kind', /^[A-Z][A-Z_]*$/);
  return {
    kind,
    severity: severityIn(alert),
    alertKey: alert.required('alertKey', ALERT_KEY),
    accountId: alert.required('accountId', /^\d{12}$/),
    region: alert.required('region', /./s),
    taskId: kind === 'AUDIT_OVERDUE' ? undefined : alert.required('taskId', TASK_ID_PATTERN),
    taskType: alert.text('taskType'),
    scheduledAuditName: alert.text('scheduledAuditName'),
    taskStatus: alert.text('taskStatus'),
    taskStartTime: alert.text('taskStartTime'),
    capturedAt: alert.text('capturedAt'),
    statistics: {
      totalChecks: statistics?.count('totalChecks'),
      compliantChecks: statistics?.count('compliantChecks'),
      nonCompliantChecks: statistics?.count('nonCompliantChecks'),
      failedChecks: statistics?.count('failedChecks'),
    },
    checks: checks.map((check, index) => machineCheck(new Fields(check, `checks[${index}]`))),
    omittedChecks: alert.count('omittedChecks'),
    changes: changes && machineChanges(changes),
    findings: findings && {
      status: findings.text('status'),
      errorName: findings.text('errorName'),
      resources: findings.list('resources').flatMap(machineFinding),
      open: new Map(findings.list('checks').map((check) => [check.text('checkName') ?? '', check.count('open') ?? 0])),
    },
    gaveUp: gaveUp && {
      reason: gaveUp.text('reason'),
      errorName: gaveUp.text('errorName'),
      errorMessage: gaveUp.text('errorMessage'),
    },
    stuck: stuck && {
      usualSeconds: stuck.amount('usualSeconds'),
      audits: stuck.count('audits'),
      unchangedSince: stuck.text('unchangedSince'),
      watchLimitHours: stuck.amount('watchLimitHours'),
    },
    overdue: overdue && machineOverdue(overdue),
  };
}

function machineOverdue(overdue: Fields): MachineOverdue {
  const lastTaskId = overdue.text('lastTaskId');
  return {
    day: overdue.text('day'),
    dueAt: overdue.text('dueAt'),
    isLearned: overdue.get('isLearned') === true,
    frequency: overdue.text('frequency'),
    dayOfWeek: overdue.text('dayOfWeek'),
    dayOfMonth: overdue.text('dayOfMonth'),
    lastStartedAt: overdue.text('lastStartedAt'),
    lastTaskId: lastTaskId !== undefined && TASK_ID_PATTERN.test(lastTaskId) ? lastTaskId : undefined,
    judgedAt: overdue.text('judgedAt'),
  };
}

function machineCheck(check: Fields): MachineCheck {
  return {
    checkName: check.required('checkName', /./s),
    title: check.required('title', /./s),
    severity: severityIn(check),
    checkRunStatus: check.text('checkRunStatus'),
    totalResourcesCount: check.count('totalResourcesCount'),
    nonCompliantResourcesCount: check.count('nonCompliantResourcesCount'),
    suppressedNonCompliantResourcesCount: check.count('suppressedNonCompliantResourcesCount'),
    errorCode: check.text('errorCode'),
    message: check.text('message'),
    change: check.text('change'),
    previousNonCompliantResourcesCount: check.count('previousNonCompliantResourcesCount'),
  };
}

function machineChanges(changes: Fields): MachineChanges {
  return {
    firstAudit: changes.get('firstAudit') === true,
    previousAuditStartTime: changes.text('previousAuditStartTime'),
    unchanged: changes.get('unchanged') === true,
    checks: changes.list('checks').flatMap((check) => {
      const checkName = check.text('checkName');
      const change = check.text('change');
      if (checkName === undefined || change === undefined) return [];
      return [{ checkName, change, stillOpenSince: check.inner('findings')?.text('stillOpenSince') }];
    }),
  };
}

function machineFinding(finding: Fields): MachineFinding[] {
  const checkName = finding.text('checkName');
  const resource = finding.text('resource');
  if (checkName === undefined || resource === undefined) return [];
  const things = finding.get('things');
  return [
    {
      checkName,
      resource,
      reasonCode: finding.text('reasonCode'),
      since: finding.text('since'),
      things: Array.isArray(things) ? things.filter((thing) => typeof thing === 'string') : [],
    },
  ];
}

function severityIn(fields: Fields): Severity {
  const severity = fields.required('severity', /^[A-Z]+$/);
  const known = SEVERITIES.find((one) => one === severity);
  if (known === undefined) throw new MalformedAlertError(`${fields.where} has a severity that nobody knows`);
  return known;
}

/** An object of the message, read field by field. */
class Fields {
  readonly where: string;
  readonly #object: Readonly<Record<string, unknown>>;

  /** @throws MalformedAlertError when it is no object */
  constructor(object: unknown, where: string) {
    if (!isObject(object)) throw new MalformedAlertError(`${where} is no object`);
    this.#object = object;
    this.where = where;
  }

  get(name: string): unknown {
    return this.#object[name];
  }

  required(name: string, pattern: RegExp): string {
    const value = this.get(name);
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new MalformedAlertError(`${this.where} has no usable ${name}`);
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  count(name: string): number | undefined {
    const value = this.get(name);
    return Number.isInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
  }

  /** A number that may be a fraction, zero or more. */
  amount(name: string): number | undefined {
    const value = this.get(name);
    return typeof value === 'number' && value >= 0 ? value : undefined;
  }

  /** The objects of a list; empty when there is none. */
  list(name: string): Fields[] {
    const value = this.get(name);
    return Array.isArray(value) ? value.filter(isObject).map((item) => new Fields(item, name)) : [];
  }

  inner(name: string): Fields | undefined {
    const value = this.get(name);
    return isObject(value) ? new Fields(value, name) : undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedAlertError('it is no JSON');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
