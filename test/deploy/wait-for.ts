import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 300;

/** Asks again and again until there is an answer. @throws Error that says what was waited for */
export async function waitFor<Answer>(
  what: string,
  seconds: number,
  ask: () => Promise<Answer | undefined> | Answer | undefined,
): Promise<Answer> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`Waited ${seconds} s in vain: ${what}.`);
    await sleep(PAUSE_MS);
  }
}
