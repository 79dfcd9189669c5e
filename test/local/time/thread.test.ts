import { afterEach, describe, expect, test } from '@jest/globals';
import { startEndpoint } from '../../../local/services/endpoint.ts';
import { type Service, ServiceError } from '../../../local/services/service.ts';
import { Clock } from '../../../local/time/clock.ts';
import { Thread, type ThreadListeners } from '../../../local/time/thread.ts';
import { NamedError } from '../../../local/time/thread-protocol.ts';
import type { ProbeRequest } from './probe.thread.ts';

const PROBE = new URL('./probe.thread.ts', import.meta.url);

const NEVER_ASKED: Service = {
  read: () => ({ service: 'iot', operation: 'Any', parameters: {} }),
  answer: () => {
    throw new ServiceError('Asked', 500);
  },
  renderError: ({ name, statusCode }) => ({ statusCode, headers: {}, body: name }),
};

const open: Thread<ProbeRequest, string>[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thread) => thread.kill()));
});

function start(listeners: ThreadListeners<string> = {}) {
  const clock = new Clock(0, Number.POSITIVE_INFINITY);
  const thread = new Thread<ProbeRequest, string>(PROBE, clock, {}, listeners);
  open.push(thread);
  return { clock, thread };
}

describe('A request', () => {
  test('is answered with what the thread returns', async () => {
    const { thread } = start();

    const replies = await Promise.all([
      thread.request({ type: 'echo', value: { poll: 1 } }),
      thread.request({ type: 'echo', value: null }),
    ]);

    expect(replies).toEqual([
      { type: 'value', value: { poll: 1 } },
      { type: 'value', value: null },
    ]);
  });

  test.each(['ThrottlingException', 'InvalidInputError'])('that throws %s is answered with that name', async (name) => {
    const { thread } = start();

    const reply = await thread.request({ type: 'throw', name, message: 'slow down' });

    expect(reply).toEqual({ type: 'error', name, message: 'slow down' });
  });

  test('that throws what is no error is answered with its text', async () => {
    const { thread } = start();

    const reply = await thread.request({ type: 'throw text' });

    expect(reply).toEqual({ type: 'error', name: 'Error', message: 'only text' });
  });
});

describe('A thread', () => {
  test('asks the main thread and goes on with the answer', async () => {
    const { thread } = start({ onQuestion: async (question) => ({ asked: question }) });

    const reply = await thread.request({ type: 'ask', question: 'who?' });

    expect(reply).toEqual({ type: 'value', value: { asked: 'who?' } });
  });

  test('asks several things at once and keeps the answers apart', async () => {
    const { thread } = start({ onQuestion: async (question) => question });

    const replies = await Promise.all(['a', 'b', 'c'].map((question) => thread.request({ type: 'ask', question })));

    expect(replies).toEqual(['a', 'b', 'c'].map((value) => ({ type: 'value', value })));
  });

  test('gets the error of an answer under its own name', async () => {
    const { thread } = start({
      onQuestion: async () => {
        throw new NamedError('Runtime.ExitError', 'gone');
      },
    });

    const reply = await thread.request({ type: 'ask', question: 'who?' });

    expect(reply).toEqual({ type: 'error', name: 'Runtime.ExitError', message: 'gone' });
  });

  test('sees a call that its endpoint refuses as one to where nothing listens', async () => {
    const { thread } = start();
    const endpoint = await startEndpoint(NEVER_ASKED, { now: () => 0, onCall: () => ({ type: 'refuse' }) });

    const reply = await thread.request({ type: 'call', url: endpoint.url });
    await endpoint.close();

    expect(reply).toEqual({ type: 'value', value: 'ECONNREFUSED' });
  });

  test('reports what happens without waiting for an answer', async () => {
    const seen: string[] = [];
    const { thread } = start({ onEvent: (event) => seen.push(event) });

    await thread.request({ type: 'notify', event: 'entered' });

    expect(seen).toEqual(['entered']);
  });

  test('hands on what it prints line by line, the last one too when it has no end', async () => {
    const lines: string[] = [];
    const { promise: whole, resolve } = Promise.withResolvers<void>();
    const { thread } = start({
      onOutput: (line) => {
        lines.push(line);
        if (line === 'half a line') resolve();
      },
    });

    await thread.request({ type: 'print', text: 'one\ntw' });
    await thread.request({ type: 'print', text: 'o\n\nhalf a line' });
    await Promise.allSettled([thread.request({ type: 'exit' }), whole]);

    expect(lines).toEqual(['one', 'two', '', 'half a line']);
  });
});

describe('The time of a thread', () => {
  test('is the time of the clock, and moves with it', async () => {
    const { clock, thread } = start();
    const before = await thread.request({ type: 'now' });

    await clock.sleep(90_000);
    const after = await thread.request({ type: 'now' });

    expect([before, after]).toEqual([
      { type: 'value', value: 0 },
      { type: 'value', value: 90_000 },
    ]);
  });

  test('passes for the timers of several threads in one order', async () => {
    const clock = new Clock(0, Number.POSITIVE_INFINITY);
    const threads = [0, 1, 2].map(() => new Thread<ProbeRequest, string>(PROBE, clock, {}, {}));
    open.push(...threads);
    const ends: unknown[] = [];
    const waits = [3_600_000, 1_000, 60_000];

    await Promise.all(
      threads.map(async (thread, index) => {
        const reply = await thread.request({ type: 'sleep', milliseconds: waits[index] ?? 0 });
        ends.push(reply);
      }),
    );

    expect(ends).toEqual([1_000, 60_000, 3_600_000].map((value) => ({ type: 'value', value })));
    expect(clock.now()).toBe(3_600_000);
  });

  // The table of timers is internal to the library: this notices when an update moves it.
  test.each([
    ['the earliest of its timers', [5_000, 1_234, 9_000], 1_234],
    ['at least a millisecond away for a timer of a fraction', [0.25], 1],
    ['never without a timer', [], Number.POSITIVE_INFINITY],
  ])('is next due at %s', async (_, timers, expected) => {
    const { thread } = start();

    const reply = await thread.request({ type: 'milliseconds to next timer', timers });

    expect(reply).toEqual({ type: 'value', value: expected });
  });
});

describe('A thread that dies', () => {
  test('by being killed leaves its requests without an answer, and the clock', async () => {
    const { clock, thread } = start();
    const refused = expect(thread.request({ type: 'hang' })).rejects.toMatchObject({
      name: 'ThreadDiedError',
      message: 'The thread was killed.',
    });

    await thread.kill();

    await refused;
    await clock.sleep(1_000);
    expect(thread.isDead).toBe(true);
    expect(clock.now()).toBe(1_000);
  });

  test('by exiting leaves its requests without an answer', async () => {
    const { thread } = start();

    const answer = thread.request({ type: 'exit' });

    await expect(answer).rejects.toMatchObject({ name: 'ThreadDiedError', message: 'The thread ended.' });
    expect(thread.isDead).toBe(true);
  });

  test('by an error that nobody catches reports the error', async () => {
    const { thread } = start();

    const answer = thread.request({ type: 'crash' });

    await expect(answer).rejects.toMatchObject({ name: 'RangeError', message: 'nobody catches this' });
  });

  test('takes no more requests', async () => {
    const { thread } = start();
    await thread.kill();

    const answer = thread.request({ type: 'echo', value: 1 });

    await expect(answer).rejects.toMatchObject({ name: 'ThreadDiedError' });
  });
});
