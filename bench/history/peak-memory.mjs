// Loaded before the program: says at its end how much memory it had at most, in KiB.
import { readFileSync, writeSync } from 'node:fs';

/** Linux counts what the parent had before the start to getrusage's maximum, but not to this one. */
function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
}

process.on('exit', () => writeSync(3, String(peak())));
