import type { Target } from '../shared/target.ts';

/** Writes an AWS CLI command for the deployment under examination, ready to paste. */
export type AwsCommand = (...words: readonly string[]) => string;

/** With the Region and profile of the command line; `region` is the one that the doctor found. */
export function awsCommand({ profile }: Pick<Target, 'profile'>, region: string): AwsCommand {
  const target = ['--region', region, ...(profile === undefined ? [] : ['--profile', profile])];
  return (...words) => ['aws', ...words, ...target].map(quoted).join(' ');
}

/** Quoted, so that a POSIX shell reads it as one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
