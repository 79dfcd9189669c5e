import { randomBytes } from 'node:crypto';
import type { RunningEngine } from '../local/services/dynamodb.ts';

/**
 * What the tests of the table's code run against: the engine at TEST_DYNAMODB_URL (`npm run test:dynamodb-local`), each time
 * with no tables yet; without that, dynalite.
 */
export function tableEngine(): RunningEngine | undefined {
  const url = process.env.TEST_DYNAMODB_URL;
  return url === undefined ? undefined : { url, accessKeyId: randomBytes(8).toString('hex') };
}
