import { describe, expect, test } from '@jest/globals';
import { type Column, cutTo, Layout } from '../../../../cli/shared/screen/layout.ts';

const COLUMNS: readonly Column<readonly [string, string]>[] = [
  { title: 'N', width: 3, align: 'right', text: ([number]) => number },
  { title: 'NAME', width: 4, grows: true, text: ([, name]) => name },
  { title: 'MORE', width: 4, from: 40, text: () => 'more' },
];

function lines(width: number, ...rows: readonly (readonly [string, string])[]): string[] {
  const layout = new Layout(COLUMNS, width);
  return [layout.header(), ...rows.flatMap((row) => layout.lines(row))];
}

describe('A layout', () => {
  test('gives what is left of a line to the column that grows, and cuts there', () => {
    expect(lines(16, ['1', 'NightlyFleetAudit'], ['20', 'Weekly'])).toEqual([
      '  N  NAME',
      '  1  NightlyFle…',
      ' 20  Weekly',
    ]);
  });

  test('leaves out a column for which the terminal is too narrow', () => {
    expect(lines(39)[0]).not.toContain('MORE');
    expect(lines(40)[0]).toContain('MORE');
  });

  test('moves below its row what people paste, and leaves no line for what a row lacks', () => {
    const id = {
      title: 'ID',
      width: 30,
      from: 40,
      movesBelow: true,
      text: ([, name]: readonly [string, string]) => name,
    };
    const layout = new Layout([{ title: 'N', width: 3, text: ([number]) => number }, id], 20);

    expect([layout.header(), ...layout.lines(['1', 'x'.repeat(30)]), ...layout.lines(['2', ''])]).toEqual([
      'N',
      '1',
      `  ${'x'.repeat(30)}`,
      '2',
    ]);
  });

  test('cuts nothing without a terminal', () => {
    const name = 'x'.repeat(500);

    expect(lines(Number.POSITIVE_INFINITY, ['1', name])[1]).toContain(name);
  });

  test('counts what a terminal shows: wide characters take two columns, marks none', () => {
    expect(['監査監査監査', 'e\u0301a\u0308u\u0308o'].map((text) => cutTo(text, 4))).toEqual([
      '監…',
      'e\u0301a\u0308u\u0308o',
    ]);
  });
});
