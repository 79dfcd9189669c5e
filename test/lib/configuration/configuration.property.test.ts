import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALERT_DELAYS, paceOf } from '../../../lib/configuration/alert-delay.ts';
import { readConfiguration } from '../../../lib/configuration/configuration.ts';
import { ConfigurationError } from '../../../lib/configuration/problem.ts';
import { SETTINGS } from '../../../lib/configuration/settings.ts';
import { HISTORY_LIMIT, worstCaseHistoryEvents } from '../../../lib/watching/watch-pace.ts';

/** Subscriptions that come close to valid ones. */
const subscription = fc.dictionary(
  fc.constantFrom('protocol', 'endpoint', 'minSeverity', 'auditNames', 'kinds', 'exceptKinds', '__proto__', 'toString'),
  fc.oneof(
    fc.constantFrom('email', 'sqs', 'lambda', 'https', 'LOW', 'CRITICAL', 'https://example.com', 'https://['),
    fc.constantFrom('arn:aws:sqs:eu-west-1:123456789012:q', 'arn:aws:lambda:eu-west-1:123456789012:function:f'),
    fc.emailAddress(),
    fc.array(fc.string(), { maxLength: 200 }),
    fc.jsonValue(),
  ),
);

/** Values that come close to valid ones, in the types of JSON and as the text of the command line. */
const value = fc.oneof(
  fc.jsonValue(),
  fc.boolean().map(String),
  fc.integer({ min: -1, max: 4000 }),
  fc.integer({ min: -1, max: 4000 }).map(String),
  fc.emailAddress(),
  fc.array(fc.emailAddress()),
  fc.array(subscription),
  fc.array(subscription).map((list) => JSON.stringify(list)),
  fc.stringMatching(/^[TECG][A-Z0-9]{0,10}$/),
  fc.constantFrom('__proto__', 'constructor', 'toString', ''),
);
const settings = fc.dictionary(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...Object.keys(SETTINGS)) }, fc.string()),
  value,
);

describe('readConfiguration', () => {
  it('makes a configuration of any context, or a ConfigurationError, and never fails otherwise', () => {
    const context = fc
      .tuple(settings, fc.oneof(settings, value))
      .map(([top, auditWatcher]) => ({ ...top, auditWatcher }));

    fc.assert(
      fc.property(context, (junk) => {
        try {
          const { alertEmails, minWaitSeconds, maxWaitSeconds } = readConfiguration(junk);
          expect(alertEmails.every((address) => address.includes('@'))).toBe(true);
          expect(minWaitSeconds).toBeLessThanOrEqual(maxWaitSeconds);
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error;
          expect(error.problems).not.toHaveLength(0);
          for (const problem of error.problems) expect(problem).toMatch(/^.*: .+\.$/s);
        }
      }),
    );
  });

  it('accepts every pace that fits into an execution, and names the smallest maxWaitSeconds for every other', () => {
    const pace = fc.record({
      watchLimitHours: fc.integer({ min: 1, max: 72 }),
      minWaitSeconds: fc.integer({ min: 1, max: 400 }),
      maxWaitSeconds: fc.integer({ min: 1, max: 3600 }),
      alertDelay: fc.constantFrom(...ALERT_DELAYS),
    });

    fc.assert(
      fc.property(pace, (asked) => {
        const given = { ...asked, maxWaitSeconds: Math.max(asked.minWaitSeconds, asked.maxWaitSeconds) };
        try {
          readConfiguration(given);
          expect(worstCaseHistoryEvents(paceOf(given))).toBeLessThan(HISTORY_LIMIT);
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error;
          const smallest = Number(/Give (\d+) to 3600/.exec(error.message)?.[1]);
          expect(() => readConfiguration({ ...given, maxWaitSeconds: smallest })).not.toThrow();
          expect(() => readConfiguration({ ...given, maxWaitSeconds: smallest - 1 })).toThrow(ConfigurationError);
        }
      }),
    );
  });
});
