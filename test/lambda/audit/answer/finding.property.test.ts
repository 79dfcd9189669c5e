import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ResourceIdentifier } from '../../../../lambda/audit/answer/aws-answers.ts';
import { type FindingKey, identityOf, readFinding, readIdentity } from '../../../../lambda/audit/answer/finding.ts';
import { anyText } from '../../../any-text.ts';

const text = fc.oneof(anyText(), fc.constantFrom('__proto__', '', '"', '","', 'null'));
const leaf = fc.oneof(text, fc.constant(undefined));
const identifier: fc.Arbitrary<ResourceIdentifier> = fc
  .tuple(
    fc.dictionary(fc.constantFrom('clientId', 'account', 'deviceCertificateArn'), leaf),
    fc.dictionary(fc.constantFrom('policyVersionIdentifier', 'issuerCertificateIdentifier'), fc.dictionary(text, leaf)),
    fc.dictionary(text, fc.oneof(leaf, fc.dictionary(text, leaf))),
  )
  .map(([plain, composed, added]) => ({ ...added, ...composed, ...plain }));
const key: fc.Arbitrary<FindingKey> = fc.record({
  checkName: text,
  resourceType: leaf,
  identifier,
  reasonCode: leaf,
});

describe('the identity of any finding', () => {
  test('does not depend on the order of fields', () => {
    fc.assert(
      fc.property(key, (finding) => {
        expect(identityOf({ ...finding, identifier: reversed(finding.identifier) as ResourceIdentifier })).toBe(
          identityOf(finding),
        );
      }),
    );
  });

  test('is that of another finding only if both are about the same', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const same = JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

        expect(identityOf(a) === identityOf(b)).toBe(same);
      }),
    );
  });

  test('survives being written and read', () => {
    fc.assert(
      fc.property(key, (finding) => {
        expect(identityOf(readIdentity(identityOf(finding)))).toBe(identityOf(finding));
      }),
    );
  });
});

describe('any finding', () => {
  test('is read, whatever AWS left out or added', () => {
    const resource = fc.record({ resourceType: leaf, resourceIdentifier: identifier }, { requiredKeys: [] });
    const answer = fc.record(
      {
        checkName: text,
        severity: text,
        nonCompliantResource: resource,
        reasonForNonCompliance: text,
        reasonForNonComplianceCode: text,
        isSuppressed: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(answer, (given) => {
        const { resource: name, reason = 'x', suppressed } = readFinding(given);

        expect(name).toMatch(/^\P{C}{1,300}$/u);
        expect(reason).toMatch(/^\P{C}{1,300}$/u);
        expect(suppressed).toBe(given.isSuppressed === true);
      }),
    );
  });
});

/** The same with the fields of every object the other way round. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
}

function canonical({ checkName, resourceType, identifier: given, reasonCode }: FindingKey): unknown {
  return [checkName, resourceType ?? null, paths(given).sort(), reasonCode ?? null];
}

/** Every path through the identifier, with what stands at its end. */
function paths(value: unknown, path: readonly string[] = []): string[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [JSON.stringify([path, value])];
  const inner = Object.entries(value).flatMap(([name, next]) => paths(next, [...path, name]));
  return path.length > 0 ? [JSON.stringify([path]), ...inner] : inner;
}
