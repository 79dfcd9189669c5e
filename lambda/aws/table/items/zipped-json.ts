import { gunzipSync, gzipSync } from 'node:zlib';

/** As JSON, compressed with gzip: what any tool can read (`base64 -d | gunzip`). */
export function zipJson(value: unknown): Uint8Array {
  return gzipSync(JSON.stringify(value), { level: 9 });
}

/**
 * Reads back what `zipJson` wrote. Undefined when the attribute is no such thing: not binary, not compressed, cut off, no JSON,
 * or larger than expected, which is refused before it fills the memory.
 *
 * @param largest bytes of JSON
 */
export function unzipJson(attribute: unknown, largest: number): unknown {
  if (!(attribute instanceof Uint8Array)) return undefined;
  try {
    return JSON.parse(gunzipSync(attribute, { maxOutputLength: largest }).toString('utf8'));
  } catch {
    // Whatever is wrong with it, the item is malformed: the caller says so, and which item it is.
    return undefined;
  }
}
