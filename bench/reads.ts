import { isObject, parseJson } from '../lambda/json.ts';

/** How often each operation of the table was called, and how many items the engine read for it. */
export type Reads = Record<string, { calls: number; items: number }>;

/** Counts one call. @param body its answer */
export function countRead(reads: Reads, operation: string, body: string): void {
  const { calls, items } = reads[operation] ?? { calls: 0, items: 0 };
  reads[operation] = { calls: calls + 1, items: items + itemsIn(parseJson(body)) };
}

/** What DynamoDB bills, and what decides how long a call takes. */
function itemsIn(answer: unknown): number {
  if (!isObject(answer)) return 0;
  if (typeof answer.ScannedCount === 'number') return answer.ScannedCount;
  return isObject(answer.Responses) ? Object.values(answer.Responses).flat().length : Number('Item' in answer);
}
