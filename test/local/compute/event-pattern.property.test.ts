import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesEventPattern, UnsupportedPatternError } from '../../../local/compute/event-pattern.ts';

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const key = fc.string({ minLength: 1 }).filter((name) => name !== '$or');
const event = fc.letrec<{ event: Record<string, unknown> }>((tie) => ({
  event: fc.dictionary(
    key,
    fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { minLength: 1, maxLength: 3 }), tie('event')),
    { minKeys: 1, maxKeys: 4 },
  ),
})).event;

/** The pattern that asks for exactly what the event says. */
function patternOf(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [value];
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, patternOf(below)]));
}

test('an event matches the pattern made from it', () => {
  fc.assert(
    fc.property(event, (given) => {
      expect(matchesEventPattern(patternOf(given), given)).toBe(true);
    }),
  );
});

test('an event that lacks a field of the pattern does not match, whatever else it says', () => {
  fc.assert(
    fc.property(event, event, (wanted, given) => {
      const pattern = {
        wanted: patternOf(wanted),
        ...Object.fromEntries(Object.keys(given).map((name) => [name, [{ exists: true }]])),
      };
      const { wanted: _, ...without } = given;

      expect(matchesEventPattern(pattern, without)).toBe(false);
    }),
  );
});

test('any pattern gives an answer or an UnsupportedPatternError', () => {
  const operators = ['exists', 'prefix', 'anything-but', 'numeric', 'wildcard', 'cidr', '$or', 'source', '__proto__'];
  const pattern = fc.letrec<{ pattern: unknown }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.constantFrom<unknown>('=', '>', '*', '**', '\\'),
      fc.array(tie('pattern'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...operators), tie('pattern'), { maxKeys: 2 }),
    ),
  })).pattern;

  fc.assert(
    fc.property(pattern, fc.oneof(event, fc.jsonValue()), (given, about) => {
      try {
        expect(typeof matchesEventPattern(given, about)).toBe('boolean');
      } catch (error) {
        expect(error).toBeInstanceOf(UnsupportedPatternError);
      }
    }),
    { numRuns: 1000 },
  );
});
