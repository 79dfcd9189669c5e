import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRecording } from '../../../local/recordings/recording.ts';
import type { PlayedAudit } from '../../../local/services/device-defender-lists.ts';
import { listAuditTasks, pageOf } from '../../../local/services/device-defender-lists.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const RETENTION_MS = 90 * 24 * 3_600_000;
const recording = parseRecording('{ "taskStatus": "COMPLETED" }', 'test');

const moment = fc.integer({ min: NOW - RETENTION_MS + 1, max: NOW });
const audits = fc
  .array(fc.integer({ min: NOW - 100 * 24 * 3_600_000, max: NOW + 1_000_000 }), { maxLength: 40 })
  .map((starts) => starts.map((startedAt, n): PlayedAudit => ({ taskId: `t${n}`, recording, startedAt })));

/** All pages of a window, as the SDK's paginator reads them. */
function listAll(all: readonly PlayedAudit[], from: number, to: number, pageSize: number): string[] {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const parameters = {
      startTime: new Date(from).toISOString(),
      endTime: new Date(to).toISOString(),
      maxResults: String(pageSize),
      nextToken,
    };
    const page = listAuditTasks(parameters, all, NOW) as { tasks: { taskId: string }[]; nextToken?: string };
    found.push(...page.tasks.map(({ taskId }) => taskId));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

test('a window gives every audit that started in it once, whatever the size of the pages', () => {
  fc.assert(
    fc.property(audits, moment, moment, fc.integer({ min: 1, max: 250 }), (all, one, other, pageSize) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const inWindow = all.filter(({ startedAt }) => from <= startedAt && startedAt <= to && startedAt <= NOW);

      expect(listAll(all, from, to, pageSize).toSorted()).toEqual(
        inWindow.map(({ taskId }) => taskId ?? '').toSorted(),
      );
    }),
  );
});

test('two windows that overlap miss nothing of what one window over both gives', () => {
  fc.assert(
    fc.property(audits, fc.tuple(moment, moment, moment), (all, moments) => {
      const [from, middle, to] = moments.toSorted((a, b) => a - b) as [number, number, number];
      const both = [...listAll(all, from, middle, 25), ...listAll(all, middle, to, 25)];

      expect(new Set(both)).toEqual(new Set(listAll(all, from, to, 25)));
    }),
  );
});

test('pages come to the whole list in its order, and only the last one has no token', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 250 }), (entries, size) => {
      const pages: number[][] = [];
      let token: string | undefined;
      do {
        const page = pageOf(entries, size, token);
        pages.push(page.entries);
        token = page.nextToken;
      } while (token !== undefined);

      expect(pages.flat()).toEqual(entries);
      expect(pages.slice(0, -1).every(({ length }) => length === size)).toBe(true);
    }),
  );
});
