import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { pricesTable } from '../../../bench/cost/prices-table.ts';

it('stands in the documentation', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/cost.md'), 'utf8');

  expect(page).toContain(pricesTable());
});
