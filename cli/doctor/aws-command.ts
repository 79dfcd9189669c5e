import type { Target } from '../shared/aws/target.ts';

/** Writes an AWS CLI command for the deployment under examination, ready to paste. */
export type AwsCommand = (...words: readonly string[]) => string;

/** With the profile of the command line, and with the Region that the doctor found unless the words name another. */
export function awsCommand({ profile }: Pick<Target, 'profile'>, region: string): AwsCommand {
  const withProfile = profile === undefined ? [] : ['--profile', profile];
  return (...words) => {
    const withRegion = words.includes('--region') ? [] : ['--region', region];
    return ['aws', ...words, ...withRegion, ...withProfile].map(quoted).join(' ');
  };
}

/** Quoted, so that a POSIX shell reads it as one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
