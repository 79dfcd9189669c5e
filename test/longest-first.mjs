import Sequencer from '@jest/test-sequencer';

/** What plays whole audits or runs for many seconds. */
const LONG =
  /\/test\/(scenarios|cli\/play|local\/runs)\/|\/(interleaving|message|next-poll)\.property\.|\/local-stack\.test|\/lib\/app\.test/;

/** Starts the long test files first, so that no core is idle at the end; Jest knows how long a file takes only from its last run. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(({ path }) => LONG.test(path)), ...sorted.filter(({ path }) => !LONG.test(path))];
  }
}
