import type { Command } from './commands.ts';

/** One thing to do: words, a command, a link, or words and one of them. */
export interface NextStep {
  readonly text?: string;
  readonly command?: Command;
  readonly link?: { readonly label: string; readonly url: string };
}
