import { Token } from 'aws-cdk-lib/core';
import { jsonOf } from '../../lambda/json.ts';

/** The settings cannot be used. The message has one sentence for each problem, each on its line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Says what is wrong with a value. `where` is the key, or the place inside its value. */
export function sentence(where: string, value: unknown, allowed: string, remedy: string): string {
  return `${where}: ${shown(value)} is not ${allowed}. ${remedy}`;
}

/** A value as JSON, short enough for a sentence that may end up in a build log, without what is secret in a URL. */
export function shown(value: unknown): string {
  if (typeof value !== 'string' && Token.isUnresolved(value)) return 'a value known only at deployment';
  const text = (jsonOf(value, 'a value nested too deep to be shown') ?? String(value))
    .replace(/(hooks\.slack\.com\/)[^\s"\\]+/gi, '$1...')
    .replace(/(https?:\/\/)[^\s"\\/@]+@/gi, '$1...@');
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
