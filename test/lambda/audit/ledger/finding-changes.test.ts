import { describe, expect, test } from '@jest/globals';
import { identityOf } from '../../../../lambda/audit/answer/finding.ts';
import { compareFindings, type KnownFinding, sinceOf } from '../../../../lambda/audit/ledger/finding-changes.ts';
import { buildCertificateFinding } from '../../../builders.ts';

const FIRST = '2026-10-01T02:00:04.000Z';
const SECOND = '2026-10-02T02:00:04.000Z';

function findings(known: Record<string, Partial<KnownFinding>>) {
  return new Map(
    Object.entries(known).map(([id, finding]) => [
      identityOf(buildCertificateFinding(id)),
      { since: FIRST, suppressed: false, ...finding },
    ]),
  );
}

describe('the findings of a check', () => {
  test('come, go, stay open, and are suppressed', () => {
    const changes = compareFindings(
      findings({ stays: {}, goes: {}, silent: {}, hidden: { suppressed: true }, wakes: { suppressed: true } }),
      findings({
        stays: {},
        comes: { since: SECOND },
        silent: { suppressed: true },
        hidden: { suppressed: true },
        wakes: {},
      }),
    );

    expect(changes).toEqual({
      newCount: 2,
      goneCount: 1,
      suppressedCount: 1,
      openCount: 1,
      openSince: FIRST,
      firstNew: ['cert comes', 'cert wakes'],
      firstGone: ['cert goes'],
    });
  });

  test('are open since the first of them was seen', () => {
    const now = findings({ a: { since: SECOND }, b: { since: FIRST }, c: { since: SECOND } });

    expect(compareFindings(now, now)).toMatchObject({ openCount: 3, openSince: FIRST });
  });

  test.each<[string, boolean, KnownFinding | undefined, string]>([
    ['not known before', false, undefined, SECOND],
    ['open before', false, { since: FIRST, suppressed: false }, FIRST],
    ['suppressed before, and open now', false, { since: FIRST, suppressed: true }, SECOND],
    ['open before, and suppressed now', true, { since: FIRST, suppressed: false }, FIRST],
    ['suppressed before and now', true, { since: FIRST, suppressed: true }, FIRST],
  ])('stand as they do since the first audit that saw them so: %s', (_, suppressed, before, since) => {
    expect(sinceOf({ suppressed }, before, SECOND)).toBe(since);
  });

  test('are listed up to five, in their order, and counted beyond that', () => {
    const changes = compareFindings(new Map(), findings(Object.fromEntries([...'gfedcba'].map((id) => [id, {}]))));

    expect(changes.newCount).toBe(7);
    expect(changes.firstNew).toEqual(['cert a', 'cert b', 'cert c', 'cert d', 'cert e']);
    expect(changes.openSince).toBeUndefined();
  });
});
