import { UsageError, written } from '../shared/command-line.ts';
import { examine } from './examination.ts';
import { DOCTOR_HELP, type DoctorOptions, parseDoctorOptions } from './options.ts';
import { hasFailed, reportJson, reportText } from './report.ts';

/**
 * `npm run doctor`: checks a deployed stack from outside.
 *
 * @returns the exit code: 0 nothing failed, 1 something failed, 2 the command line cannot be used
 */
export async function doctor(argv: readonly string[]): Promise<number> {
  let options: DoctorOptions;
  try {
    options = parseDoctorOptions(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (options.help) {
    await written(process.stdout, DOCTOR_HELP);
    return 0;
  }
  const examination = await examine(options);
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  await written(process.stdout, options.json ? reportJson(examination) : reportText(examination, colour));
  return hasFailed(examination.rows) ? 1 : 0;
}
