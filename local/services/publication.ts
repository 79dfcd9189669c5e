/** One accepted Publish. */
export interface Publication {
  readonly topicArn: string;
  readonly subject?: string;
  /** By protocol; a message without structure is all `default`. */
  readonly bodies: { readonly default: string; readonly [protocol: string]: string | undefined };
  /** String.Array as a list; Binary as base64. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
}
