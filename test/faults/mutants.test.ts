import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MUTANTS } from './mutants.ts';

const PROJECT = join(import.meta.dirname, '../..');

test.each(MUTANTS)('The mutant without $name changes text that is in its source exactly once', ({ file, edits }) => {
  const counts = edits.map(({ file: other, text }) => {
    const source = readFileSync(join(PROJECT, other ?? file), 'utf8');
    return source.split(text).length - 1;
  });

  expect(counts).toEqual(edits.map(() => 1));
});
