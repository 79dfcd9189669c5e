import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { types } from 'node:util';
import { DAY_MS } from '../../lambda/audit/text/duration.ts';
import { UsageError } from '../shared/command-error.ts';
import { type Reading, reading } from '../shared/history/reading-command.ts';
import type { Io } from '../shared/screen/io.ts';
import { reportPage } from './page/page.ts';
import { type ReportQuery, readReport } from './read.ts';
import type { ReportDocument } from './schema.ts';

/** Reads the report, and writes its page. @throws UsageError */
export async function writeReport({ history, now, head }: Reading, query: ReportQuery, file: string) {
  const report: ReportDocument = { ...head, ...(await readReport(history, now, query)) };
  const page = reportPage(report, history.options);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, page);
  } catch (cause) {
    if (!types.isNativeError(cause) || !('code' in cause)) throw cause;
    throw new UsageError(`The report cannot be written to ${file} (${cause.code}). Give another file (--output).`, {
      cause,
    });
  }
  return report;
}

/** The same for the tables of a local run, over all that they have. @throws CommandError */
export function writeLocalReport(io: Io, local: string | true, file: string): Promise<ReportDocument> {
  // The stack is never looked for.
  const options = { local, stackName: '', color: false };
  return reading(io, options, (from) => {
    const since = new Date(from.now - LOCAL_DAYS * DAY_MS).toISOString();
    return writeReport(from, { ...options, since, until: from.head.readAt }, file);
  });
}

/** As `report` does without `--since`. */
const LOCAL_DAYS = 90;
