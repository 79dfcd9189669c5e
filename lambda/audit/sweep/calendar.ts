/** When a scheduled audit is due, as ListScheduledAudits tells it. Frequencies and days are open sets. */
export interface AuditSchedule {
  readonly name: string;
  /** DAILY, WEEKLY, BIWEEKLY or MONTHLY. */
  readonly frequency?: string;
  /** SUN to SAT: weekly and biweekly. */
  readonly dayOfWeek?: string;
  /** 1 to 31 or LAST: monthly. A day that a month does not have is its last one. */
  readonly dayOfMonth?: string;
}

/** The latest moment of an endless series that is not after the given one. Epoch milliseconds. */
export type Recurrence = (notAfter: number) => number;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4;
const DAY_OF_MONTH = /^(?:[1-9]|[12]\d|3[01])$/;

/** A series with a fixed period, one of whose moments is the anchor. */
export function every(periodMs: number, anchor: number): Recurrence {
  return (notAfter) => anchor + Math.floor((notAfter - anchor) / periodMs) * periodMs;
}

/**
 * The UTC midnights with which the due days of a schedule begin; of a biweekly one all its weekdays, as only its runs
 * tell which of them count. Undefined when the frequency is unknown, or the day missing or malformed.
 */
export function dueDays({ frequency, dayOfWeek, dayOfMonth }: AuditSchedule): Recurrence | undefined {
  switch (frequency) {
    case 'DAILY':
      return every(DAY_MS, 0);
    case 'WEEKLY':
    case 'BIWEEKLY':
      return weekly(dayOfWeek);
    case 'MONTHLY':
      return monthly(dayOfMonth);
    default:
      return undefined;
  }
}

function weekly(dayOfWeek = ''): Recurrence | undefined {
  const weekday = WEEKDAYS.indexOf(dayOfWeek);
  return weekday === -1 ? undefined : every(WEEK_MS, (weekday - EPOCH_WEEKDAY) * DAY_MS);
}

function monthly(dayOfMonth = ''): Recurrence | undefined {
  if (dayOfMonth !== 'LAST' && !DAY_OF_MONTH.test(dayOfMonth)) return undefined;
  const wanted = dayOfMonth === 'LAST' ? 31 : Number(dayOfMonth);
  return (notAfter) => {
    const date = new Date(notAfter);
    const dueIn = (month: number) => {
      const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
      return Date.UTC(date.getUTCFullYear(), month, Math.min(wanted, lastDay));
    };
    const thisMonth = dueIn(date.getUTCMonth());
    return thisMonth <= notAfter ? thisMonth : dueIn(date.getUTCMonth() - 1);
  };
}
