import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const DOCS = join(import.meta.dirname, '../../docs');
const MOST_BYTES = 200_000;

test.each(globSync('*.png', { cwd: DOCS }))('%s is a small PNG', async (name) => {
  const picture = await readFile(join(DOCS, name));

  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  expect(picture.length).toBeLessThan(MOST_BYTES);
});
