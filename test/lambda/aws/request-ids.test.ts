import { expect, test } from '@jest/globals';
import { bindV4 } from '../../../lambda/aws/request-ids.ts';

test('The ids of requests are random UUIDs', () => {
  const next = bindV4();

  const ids = [next(), next()];

  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids[0]).not.toBe(ids[1]);
});
