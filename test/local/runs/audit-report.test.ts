import { expect, test } from '@jest/globals';
import { toAlert } from '../../../local/runs/audit-report.ts';
import type { Publication } from '../../../local/services/sns-publish.ts';

function build(overrides: Partial<Publication> = {}): Publication {
  return {
    topicArn: 'arn:aws:sns:eu-west-1:123456789012:Alerts',
    subject: 'One check failed',
    bodies: {
      default: '{"kind":"CHECK_FAILED","severity":"HIGH","alertKey":"a1#CHECK_FAILED","taskId":"a1"}',
      email: 'HIGH: one check failed.',
      https: '{"source":"custom"}',
    },
    attributes: { kind: 'CHECK_FAILED' },
    messageId: 'message-1',
    publishedAt: 61_500,
    ...overrides,
  };
}

test('a publication is reported as each of its readers gets it, and by the seconds since the start', () => {
  expect(toAlert(build(), 60_000)).toEqual({
    kind: 'CHECK_FAILED',
    severity: 'HIGH',
    key: 'a1#CHECK_FAILED',
    subject: 'One check failed',
    email: 'HIGH: one check failed.',
    chat: { source: 'custom' },
    machine: { kind: 'CHECK_FAILED', severity: 'HIGH', alertKey: 'a1#CHECK_FAILED', taskId: 'a1' },
    attributes: { kind: 'CHECK_FAILED' },
    atSeconds: 1.5,
  });
});

test('a publication for machines alone is reported with empty texts', () => {
  const alert = toAlert(build({ subject: undefined, bodies: { default: '{"kind":"CHECK_FAILED"}' } }), 0);

  expect(alert).toMatchObject({ kind: 'CHECK_FAILED', subject: '', email: '', chat: {} });
});
