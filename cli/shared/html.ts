/** Markup that may stand in a page as it is. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template takes: text, which it escapes, and markup. Undefined leaves nothing. */
export type Insertable = Html | string | number | undefined | readonly Insertable[];

/** Markup from a template. Whatever is inserted is escaped, unless it is markup itself: a name can never become an element. */
export function html(markup: TemplateStringsArray, ...values: readonly Insertable[]): Html {
  return new Html(markup.map((part, index) => `${part}${inserted(values[index])}`).join(''));
}

/** Everything with a meaning in HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function inserted(value: Insertable): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.markup;
  return typeof value === 'object' ? value.map(inserted).join('') : escapeHtml(String(value));
}
