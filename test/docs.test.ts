import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { table } from '../bench/markdown.ts';
import { GAVE_UP_REASON } from '../lambda/audit/watch/alert-kinds.ts';
import { ERROR } from '../lambda/contract.ts';
import { DEFAULTS, SETTINGS } from '../lib/configuration/settings.ts';
import { parseRecording } from '../local/recordings/recording.ts';

const PROJECT = resolve(import.meta.dirname, '..');
const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: PROJECT });

/** Words that docs avoid, with what they say instead (docs/architecture.md, Words). */
const AVOIDED = [
  [/\banew\b/i, 'again'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/\bshall\b/i, 'must, or the present tense'],
  [/\bwhoever\b/i, 'anyone who, those who'],
  [/\balarms?\s+(?:rings?|rang)\b|\brings?\s+(?:an|the)\s+alarm\b/i, 'an alarm goes off'],
  [/\b(?:an?|each|every|first|last|next|no|another|per|quiet)\s+(?:look|turn)s?\b/i, 'poll'],
  [/(?:^|[.:]\s)Of\s(?:an?|the|this|these|all|what)\b/m, 'For, or another subject'],
] as const;

describe.each(PAGES)('%s', (page) => {
  test('has only links that lead somewhere', () => {
    const lost = relativeLinks(textOf(page)).filter((link) => !leadsSomewhere(page, link));

    expect(lost).toEqual([]);
  });

  test('names only files that exist', () => {
    const lost = [...new Set(filesNamed(textOf(page)))].filter((file) => !existsSync(join(PROJECT, file)));

    expect(lost).toEqual([]);
  });

  test('uses the words of the project', () => {
    const words = wordsOf(textOf(page));

    const found = AVOIDED.flatMap(([avoided, instead]) => {
      const [match] = avoided.exec(words) ?? [];
      return match === undefined ? [] : [`"${match.trim()}": write ${instead}`];
    });

    expect(found).toEqual([]);
  });

  test('keeps its prose within 120 columns', () => {
    const long = proseOf(textOf(page))
      .split('\n')
      .filter((line) => line.length > 120 && !line.startsWith('|'));

    expect(long).toEqual([]);
  });
});

test('The README has at most 200 lines', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});

test('The docs have at most 20,000 words', () => {
  const pages = globSync('docs/*.md', { cwd: PROJECT }).map(textOf);

  expect(pages.join('\n').split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(20_000);
});

describe('The runbook', () => {
  const anchors = anchorsOf(textOf('docs/runbook.md'));

  // That each alarm has one is tested with the alarms.
  test('has an entry for each that the sources name', () => {
    const inText = globSync('{lib,lambda,local,cli}/**/*.ts', { cwd: PROJECT })
      .flatMap((file) => [...textOf(file).matchAll(/docs\/runbook\.md#([a-z_-]+)/g)])
      .map(([, anchor]) => anchor);

    expect(anchors).toEqual(expect.arrayContaining(inText));
  });

  test.each([...Object.values(ERROR), ...Object.values(GAVE_UP_REASON)])('has a row for %s', (name) => {
    const firstCells = textOf('docs/runbook.md').match(/^\| [^|]+\|/gm) ?? [];

    expect(firstCells.filter((cell) => cell.includes(`\`${name}\``))).not.toEqual([]);
  });
});

test('The architecture has the heading to which the error of a malformed item points', () => {
  expect(textOf('docs/architecture.md')).toMatch(/^## The table$/m);
});

describe('The settings', () => {
  const page = 'docs/configuration.md';
  const between = /(?<=<!-- settings -->\n\n)[\s\S]*?(?=\n\n<!-- end of settings -->)/;

  // After a change of lib/configuration/settings.ts: UPDATE_SETTINGS=1 npm test -- test/docs.test.ts
  if (process.env.UPDATE_SETTINGS === '1') {
    writeFileSync(join(PROJECT, page), textOf(page).replace(between, settingsTable));
  }

  test('in docs/configuration.md are those of the table in the sources', () => {
    expect(between.exec(textOf(page))?.[0]).toBe(settingsTable());
  });

  test('in the README are ten of these, with the same defaults', () => {
    const rows = [...textOf('README.md').matchAll(/^\| `(\w+)` \| (none|`\S+`) \|/gm)];

    expect(rows).toHaveLength(10);
    expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(rows.map(([, name]) => name)));
    for (const [, name = '', shown] of rows) expect([name, shown]).toEqual([name, defaultOf(name)]);
  });
});

describe('The examples', () => {
  test.each(blocksOf('docs/recordings.md', 'json'))('of recordings can be played (%#)', (json) => {
    expect(parseRecording(json, 'docs/recordings.md').steps.length).toBeGreaterThan(0);
  });

  test.each(PAGES.flatMap((page) => blocksOf(page, 'sh').map((code) => [page, code])))(
    'of shell commands have a valid syntax (%s, %#)',
    (_page, code) => {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: code, encoding: 'utf8' });

      expect([status, stderr]).toEqual([0, '']);
    },
  );

  test('of the construct are correct TypeScript', () => {
    const blocks = blocksOf('docs/configuration.md', 'ts');

    expect(blocks).toHaveLength(1);
    expect(typeErrorsOf(blocks)).toBe('');
  });
});

function textOf(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

/** The text without its code blocks. */
function proseOf(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '');
}

/** The prose without code in its lines and without the targets of links. */
function wordsOf(text: string): string {
  return proseOf(text)
    .replaceAll(/`[^`]*`/g, '')
    .replaceAll(/\]\([^)]*\)/g, ']');
}

function blocksOf(page: string, language: string): string[] {
  return [...textOf(page).matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , found]) => found === language)
    .map(([, indent = '', , code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

function relativeLinks(text: string): string[] {
  return [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^\w+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(PROJECT, resolve(PROJECT, dirname(page), path));
  if (target.startsWith('..') || !existsSync(join(PROJECT, target))) return false;
  return anchor === undefined || (target.endsWith('.md') && anchorsOf(textOf(target)).includes(anchor));
}

/** As GitHub makes them of headings: lower case, no punctuation, a hyphen for each space. */
function anchorsOf(text: string): string[] {
  return [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Paths below a folder of this repository, wherever they stand in the text. */
function filesNamed(text: string): string[] {
  const folders = '(?:bin|cli|docs|lambda|lib|local|recordings|test|\\.ci)';
  const paths = new RegExp(`(?<![\\w./-])${folders}(?:/[\\w.-]+)+(?<!\\.)`, 'g');
  return [...text.matchAll(paths)].map(([path]) => path);
}

/** The table of all settings, as docs/configuration.md has it. */
function settingsTable(): string {
  return table(
    ['key', 'prop, if called otherwise', 'default', 'allowed', 'meaning'],
    Object.entries(SETTINGS).map(([name, setting]) => [
      `\`${name}\``,
      'prop' in setting ? `\`${setting.prop}\`` : '',
      defaultOf(name),
      setting.allowed,
      setting.meaning,
    ]),
  );
}

function defaultOf(name: string): string {
  const value = new Map<string, unknown>(Object.entries(DEFAULTS)).get(name);
  return value === undefined || (Array.isArray(value) && value.length === 0) ? 'none' : `\`${value}\``;
}

/** What the compiler says about code that stands in the root of the project. Inside node_modules no other tool sees it. */
function typeErrorsOf(blocks: readonly string[]): string {
  const directory = mkdtempSync(join(PROJECT, 'node_modules', '.docs-'));
  try {
    const files = blocks.map((code, index) => {
      writeFileSync(join(directory, `${index}.ts`), code.replaceAll("'./", "'../../"));
      return `${index}.ts`;
    });
    const configuration = {
      extends: '../../tsconfig.json',
      files,
      include: [],
      compilerOptions: { typeRoots: ['../@types'] },
    };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(configuration));
    const compiler = join(PROJECT, 'node_modules', '.bin', 'tsc');
    return spawnSync(compiler, ['-p', directory], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
