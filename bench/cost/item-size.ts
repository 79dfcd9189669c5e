/** A value as DynamoDB's wire has it: `{ S: 'text' }`. */
export type WireValue = Readonly<Record<string, unknown>>;
export type WireItem = Readonly<Record<string, WireValue>>;

/**
 * Bytes of an item as DynamoDB counts them for capacity: names and values in UTF-8, 3 for each list and map, and 1 for each of
 * its elements.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function sizeOf(item: WireItem): number {
  return Object.entries(item).reduce((size, [name, value]) => size + Buffer.byteLength(name) + sizeOfValue(value), 0);
}

function sizeOfValue(value: WireValue): number {
  const [[type, content] = []] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'N':
      return sizeOfNumber(String(content));
    case 'B':
      return Buffer.byteLength(String(content), 'base64');
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'L':
      return (content as WireValue[]).reduce((size, element) => size + 1 + sizeOfValue(element), 3);
    case 'M':
      return 3 + Object.keys(content as WireItem).length + sizeOf(content as WireItem);
    default:
      throw new Error(`Unknown attribute type ${type}: the stack stores no such attribute.`);
  }
}

/** A byte for each two digits that are not zero all the way to an end, counted from the point; one more; and one for the sign. */
function sizeOfNumber(text: string): number {
  const [whole = '', fraction = ''] = text.replace(/^-/, '').split('.');
  const pairs = `${'0'.repeat(whole.length % 2)}${whole}${fraction}${'0'.repeat(fraction.length % 2)}`;
  const kept = pairs.replace(/^(00)+/, '').replace(/(00)+$/, '');
  return kept.length / 2 + 1 + (text.startsWith('-') ? 1 : 0);
}
