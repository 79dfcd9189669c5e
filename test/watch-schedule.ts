import { type LookSpacing, secondsUntilNextLook } from '../lambda/audit/next-look.ts';

/** Wait, Lambda and Choice: state entered and exited, function scheduled, started, succeeded. */
const EVENTS_PER_TURN = 9;

/** History events of a watch that runs to its limit, from the schedule itself; the audit started `startedBefore` seconds earlier. */
export function historyEvents(watchLimitHours: number, spacing: LookSpacing, startedBefore = 0): number {
  const limit = watchLimitHours * 3600;
  let turns = 1;
  for (let watched = 0; watched < limit; turns += 1) {
    const progress = { elapsedSeconds: startedBefore + watched, remainingSeconds: limit - watched };
    watched += secondsUntilNextLook(progress, spacing);
  }
  return turns * EVENTS_PER_TURN;
}
