/** Longer lists are cut: the page has to stay small enough for a mail, and `export` and the other commands have the rest. */
export const LIMIT = {
  audits: 500,
  /** Columns of the heat map. */
  results: 40,
  timelines: 5,
  findings: 2000,
  resources: 100,
  alerts: 500,
  detections: 500,
  fixes: 500,
  missedRuns: 200,
  suppressions: 500,
} as const;

/** How old an open finding is; UNKNOWN: nobody saw it for the first time. */
export const AGES = ['UNDER_1_DAY', 'UNDER_1_WEEK', 'UNDER_30_DAYS', 'UNDER_90_DAYS', 'OLDER', 'UNKNOWN'] as const;
