import fc from 'fast-check';

const CODE_POINTS = 0x110000;
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/** Any code point. The unit `binary` of fast-check generates the same, but takes a second to make a map of all of them. */
const codePoint = fc.nat({ max: CODE_POINTS - SURROGATES - 1 }).map(
  (n) => String.fromCodePoint(n < FIRST_SURROGATE ? n : n + SURROGATES),
  (text) => {
    const value = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (value === undefined || text !== String.fromCodePoint(value)) throw new Error('This is not one code point.');
    return value < FIRST_SURROGATE ? value : value - SURROGATES;
  },
);

/** Any text at all, long or short. */
export function anyText(limits: Omit<fc.StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...limits, unit: codePoint });
}
