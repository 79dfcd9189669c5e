import { FailedCallError } from '../../shared/aws/failed-call.ts';
import type { ReadingOptions } from '../../shared/history/reading-command.ts';
import { readSuppressions } from '../../suppressions/read.ts';
import { LIMIT } from '../bounds.ts';
import type { ReportDocument } from '../schema.ts';

type Suppressions = ReportDocument['suppressions'];

/**
 * What is suppressed, from AWS, which alone knows until when and why. Where it cannot be asked, what the tables have.
 *
 * @param inTables findings that were suppressed when they were last seen
 */
export async function suppressionsOf(
  options: ReadingOptions,
  region: string,
  inTables: Pick<Suppressions, 'count' | 'listed'>,
  now: number,
): Promise<Suppressions> {
  if (options.local !== undefined) {
    return { source: 'TABLES', error: 'the local run has no Device Defender that keeps them', ...inTables };
  }
  try {
    const all = await readSuppressions(options, region, undefined, now);
    const listed = all.slice(0, LIMIT.suppressions).map(({ resourceIdentifier: _, ...suppression }) => suppression);
    return { source: 'AWS', count: all.length, listed };
  } catch (error) {
    // The rest of the report needs no call to AWS IoT.
    if (error instanceof FailedCallError) return { source: 'TABLES', error: error.message, ...inTables };
    throw error;
  }
}
