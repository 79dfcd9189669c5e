import type { Severity } from '../../../lambda/audit/answer/severity.ts';
import { type Html, html } from '../../shared/html.ts';
import { lookOf, type State, type StateLook, stateText } from '../../shared/screen/states.ts';

/** How something looks: each has a colour, a pattern and a character of its own, so that no two differ by colour alone. */
export type Look = StateLook | 'missed';

export const GLYPH: Readonly<Record<Look, string>> = {
  bad: '✕',
  unknown: '?',
  suppressed: '–',
  good: '✓',
  running: '…',
  missed: '○',
};

/** A state in words, behind its sign. */
export function mark(state: State): Html {
  return markOf(lookOf(state), stateText(state));
}

export function markOf(look: Look, words: string): Html {
  return html`<span class="mark ${look}"><span aria-hidden="true">${GLYPH[look]}</span> ${words}</span>`;
}

/** Fills of a chart, see `patterns`. */
export const FILL: Readonly<Record<Look, string>> = {
  bad: 'var(--bad)',
  unknown: 'url(#unknown)',
  suppressed: 'url(#suppressed)',
  good: 'var(--good)',
  running: 'url(#running)',
  missed: 'none',
};

/** The same for what is carried forward. */
export const CARRIED_FILL: Readonly<Record<'bad' | 'unknown' | 'suppressed' | 'good', string>> = {
  bad: 'url(#carried-bad)',
  unknown: 'url(#carried-unknown)',
  suppressed: 'url(#carried-suppressed)',
  good: 'url(#carried-good)',
};

export function severityFill(severity: Severity): string {
  return `var(--${severity.toLowerCase()})`;
}

/** The patterns that the charts of a page refer to. */
export function patterns(): Html {
  const hatched = (id: string, look: Look, path: string) => html`<pattern id="${id}" class="${look}"
 width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="ground"/><path d="${path}"/></pattern>`;
  const lines = 'M0 1.5H6M0 4.5H6';
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
${hatched('unknown', 'unknown', 'M-1 1L1 -1M0 6L6 0M5 7L7 5')}
${hatched('suppressed', 'suppressed', 'M3 0V6M0 3H6')}
${hatched('running', 'running', 'M1 1.5H2.2M4 4.5H5.2')}
${(['bad', 'unknown', 'suppressed', 'good'] as const).map((look) => hatched(`carried-${look}`, look, lines))}
</defs></svg>`;
}

/** What the signs of a chart mean. */
export function legend(entries: readonly (readonly [fill: string, words: string])[]): Html {
  return html`<ul class="legend">${entries.map(
    ([fill, words]) =>
      html`<li><svg width="14" height="14" aria-hidden="true" focusable="false"><rect width="14" height="14" fill="${fill}"/></svg> ${words}</li>`,
  )}</ul>`;
}
