import { EXIT } from '../shared/command-error.ts';
import { type Io, written } from '../shared/screen/io.ts';
import { type DoctorOptions, examine } from './examination.ts';
import { hasFailed, reportJson, reportText } from './report.ts';

/** Checks a deployed stack from outside. */
export async function doctor(options: DoctorOptions & { readonly json?: boolean }, io: Io): Promise<void> {
  const examination = await examine(options, io.now());
  const colour = io.stdout.isTTY === true && !io.env.NO_COLOR;
  await written(io.stdout, options.json ? reportJson(examination) : reportText(examination, colour));
  io.exitCode = hasFailed(examination.rows) ? EXIT.error : EXIT.ok;
}
