/** One thing to do: words, a command, a link, or words and one of them. */
export interface NextStep {
  readonly text?: string;
  /** Words of a shell command, each safe to paste as it is. */
  readonly command?: readonly string[];
  readonly link?: { readonly label: string; readonly url: string };
}
