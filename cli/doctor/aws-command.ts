import type { DoctorOptions } from './options.ts';

/** Writes an AWS CLI command for the deployment that is looked at, ready to paste. */
export type AwsCommand = (...words: readonly string[]) => string;

/** With Region and profile as the doctor was given them; `region` is the one that was found out. */
export function awsCommand({ profile }: Pick<DoctorOptions, 'profile'>, region: string): AwsCommand {
  const target = ['--region', region, ...(profile === undefined ? [] : ['--profile', profile])];
  return (...words) => ['aws', ...words, ...target].map(quoted).join(' ');
}

/** As a POSIX shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
