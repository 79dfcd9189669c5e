/**
 * What every SDK client here is made with. A call that hangs must fail well before the function's own timeout, so that
 * it is retried under its own name. Retry mode and attempts come from the environment (AWS_RETRY_MODE, AWS_MAX_ATTEMPTS).
 */
export const CLIENT_DEFAULTS = {
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
