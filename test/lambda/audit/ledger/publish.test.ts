import { describe, expect, test } from '@jest/globals';
import type { CheckDetails } from '../../../../lambda/audit/answer/aws-answers.ts';
import { isOpen } from '../../../../lambda/audit/ledger/entry.ts';
import { afterPublishing, afterPublishingState, type PublishedCheck } from '../../../../lambda/audit/ledger/publish.ts';
import { buildCompliant, buildNonCompliant } from '../../../builders.ts';
import { Ledger, night } from './ledgers.ts';

const CHECK = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
const trouble: PublishedCheck = {
  checkName: CHECK,
  outcome: 'NON_COMPLIANT',
  severity: 'MEDIUM',
  sentAs: 'HIGH',
  auditNames: ['NightlyFleetAudit'],
  resources: 3,
};

describe('trouble that is published', () => {
  test('begins an entry for a check of which nothing was known', () => {
    expect(afterPublishing(undefined, trouble, night(1))).toEqual({
      checkName: CHECK,
      auditName: undefined,
      published: {
        outcome: 'NON_COMPLIANT',
        severity: 'MEDIUM',
        sentAs: 'HIGH',
        resources: 3,
        auditNames: ['NightlyFleetAudit'],
        audit: night(1),
      },
    });
  });

  test('gathers the names that it was sent to, and the highest severity of the check and of the messages', () => {
    const weekly = night(2, { taskId: 'weekly', auditName: 'WeeklyAudit' });
    const first = afterPublishing(undefined, { ...trouble, severity: 'HIGH' }, night(1));

    const second = afterPublishing(
      first,
      { ...trouble, resources: 5, sentAs: 'CRITICAL', auditNames: ['WeeklyAudit'] },
      weekly,
    );
    const other = night(1, { auditName: 'Other' });
    const earlier = afterPublishing(second, { ...trouble, resources: 4, auditNames: ['Other'] }, other);

    expect(second?.published).toMatchObject({
      severity: 'HIGH',
      sentAs: 'CRITICAL',
      resources: 5,
      auditNames: ['NightlyFleetAudit', 'WeeklyAudit'],
      audit: weekly,
    });
    expect(earlier?.published).toMatchObject({ resources: 5, audit: weekly });
    expect(earlier?.published?.auditNames).toHaveLength(3);
  });

  test('changes nothing when it is noted again', () => {
    const noted = afterPublishing(undefined, trouble, night(1));

    expect(afterPublishing(noted, trouble, night(1))).toBeUndefined();
  });

  test('is noted after a later audit found the check compliant, so that its end is published, but is not open', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: buildCompliant() }, night(2));

    const outdated = afterPublishing(ledger.entry(CHECK), trouble, night(1));
    const standing = afterPublishing(ledger.entry(CHECK), trouble, night(3));

    expect(outdated?.published).toMatchObject({ resources: 3, audit: night(1) });
    expect(outdated && isOpen(outdated)).toBe(false);
    expect(standing && isOpen(standing)).toBe(true);
  });
});

describe('how a check stands in a closing message', () => {
  test('is noted with the name of the audit, once: a result', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: buildNonCompliant() }, night(1));

    const noted = afterPublishingState(ledger.entry(CHECK), night(1));

    expect(noted?.result?.publishedBy).toEqual(['NightlyFleetAudit']);
    expect(afterPublishingState(noted, night(1))).toBeUndefined();
  });

  test('is noted with the name of the audit, once: a missing result', () => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: { checkRunStatus: 'CANCELED' } }, night(1));

    const noted = afterPublishingState(ledger.entry(CHECK), night(1));

    expect(noted?.unknown?.publishedBy).toEqual(['NightlyFleetAudit']);
    expect(afterPublishingState(noted, night(1))).toBeUndefined();
  });

  test.each<[string, CheckDetails]>([
    ['a result', buildNonCompliant()],
    ['a missing result', { checkRunStatus: 'WAITING_FOR_DATA_COLLECTION' }],
  ])('is not noted for %s that another audit has found since, or where nothing is known', (_, later) => {
    const ledger = new Ledger();
    ledger.move({ [CHECK]: { checkRunStatus: 'CANCELED' } }, night(1));
    ledger.move({ [CHECK]: later }, night(2));

    expect(afterPublishingState(ledger.entry(CHECK), night(1))).toBeUndefined();
    expect(afterPublishingState(undefined, night(1))).toBeUndefined();
  });
});
