import { randomUUID } from 'node:crypto';

/**
 * Takes the place of the SDK's way to random ids in the bundles (lib/resources/sdk-surroundings.ts): the one of the global `crypto`, for
 * which Node.js loads the whole Web Crypto API.
 */
export function bindV4(): () => string {
  return () => randomUUID();
}
