import { describe, expect, test } from '@jest/globals';
import type { AlertInput } from '../../../../../lambda/audit/alert/alert-input.ts';
import { composeAlert } from '../../../../../lambda/audit/alert/message.ts';
import type { GaveUp } from '../../../../../lambda/audit/watch/alert-kinds.ts';
import { expectAlertWithinLimits } from '../../../../alert-limits.ts';
import { buildAlertInput, buildGaveUp } from '../../../../builders.ts';

function compose(gaveUp: GaveUp | undefined, overrides: Partial<AlertInput> = {}) {
  return composeAlert(buildAlertInput({ kind: 'WATCHER_GAVE_UP', slot: 'WATCHER_GAVE_UP', gaveUp, ...overrides }));
}

describe('the alert about an audit that was never seen', () => {
  const gaveUp = buildGaveUp({ reason: 'AUDIT_NOT_FOUND', errorName: 'ResourceNotFoundException' });
  const message = compose(gaveUp, { snapshot: undefined });

  test('names the audit by its task ID, and links to the list of audits', () => {
    expect(message.subject).toBe(
      '[HIGH] IoT audit watcher stopped watching 9f71b6e90cfb57d4ac671be3a...: audit not found (eu-west-1)',
    );
    expect(message.email).toContain('Audit     unknown\n');
    expect(message.email).toContain('Progress  never seen\n');
    expect(message.email).toContain(
      '  Last error: ResourceNotFoundException: The audit did not end within 24\n  hours.\n',
    );
    expect(message.email).toContain('#/dd/auditResultsHub\n');
  });

  test('leaves out what is unknown', () => {
    expect(message.attributes).toEqual({
      account: '123456789012',
      kind: 'WATCHER_GAVE_UP',
      region: 'eu-west-1',
      severity: 'HIGH',
    });
    expect(Object.keys(JSON.parse(message.machine)).sort()).toEqual(
      [
        'schemaVersion',
        'kind',
        'severity',
        'alertKey',
        'accountId',
        'region',
        'taskId',
        'checks',
        'gaveUp',
        'text',
      ].sort(),
    );
  });

  test('obeys every limit', () => {
    expectAlertWithinLimits(message);
  });
});

describe('the alert about a watch that gave up', () => {
  test.each([
    {
      reason: 'ACCESS_DENIED',
      subject: '[HIGH] IoT audit watcher stopped watching NightlyFleetAudit: access denied (eu-west-1)',
      remedy: 'Deploy the watcher again to restore its permissions',
    },
    {
      reason: 'PERSISTENT_ERROR',
      subject: '[HIGH] IoT audit watcher stopped watching NightlyFleetAudit: persistent errors (eu-west-1)',
      remedy: 'Open the execution to see which calls failed',
    },
  ] as const)('for $reason names the error and a remedy of its own', ({ reason, subject, remedy }) => {
    const message = compose(buildGaveUp({ reason, errorName: 'SomeException', errorMessage: 'Rate exceeded' }));

    expectAlertWithinLimits(message);
    expect(message.subject).toBe(subject);
    expect(message.email).toContain('Last error: SomeException: Rate exceeded');
    expect(message.email).toContain(remedy);
  });

  test('has its reason in chat, for searches', () => {
    const { content, metadata } = JSON.parse(compose(buildGaveUp()).chat);

    expect(content.keywords).toContain('WATCHER');
    expect(metadata.additionalContext).toMatchObject({ reason: 'MAX_WATCH_TIME', taskStatus: 'COMPLETED' });
  });

  test('names the error alone where it came without a message', () => {
    const { email } = compose(buildGaveUp({ reason: 'PERSISTENT_ERROR', errorName: 'Oops', errorMessage: undefined }));

    expect(email).toContain('  Last error: Oops\n');
  });

  test('says so where the error came without a name', () => {
    const { email } = compose(buildGaveUp({ reason: 'PERSISTENT_ERROR', errorName: '', execution: '' }));

    expect(email).toContain('  Last error: unknown: The audit did not end');
  });

  test('says what it can when nothing is known about why', () => {
    const message = compose(undefined, { snapshot: undefined });

    expectAlertWithinLimits(message);
    expect(message.email).toContain('The reason is unknown.');
    expect(message.email).not.toContain('states/home');
  });

  test.each([
    { length: 80, step: expect.stringMatching(/^See what the watcher did\. <https:.+>$/) },
    { length: 160, step: expect.stringMatching(/^<https:.+>$/) },
    { length: 300, step: 'See what the watcher did.' },
  ])('shows a chat step with as much of it as fits: execution name of $length characters', ({ length, step }) => {
    const execution = `arn:aws:states:eu-west-1:123456789012:execution:${'x'.repeat(length)}`;
    const { chat, email } = compose(buildGaveUp({ execution }));

    expect(JSON.parse(chat).content.nextSteps[1]).toEqual(step);
    expect(email).toContain(execution);
  });
});
