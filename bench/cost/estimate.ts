import { USE } from '../../lib/operations/price-list.ts';
import { ACCOUNTS } from './audits.ts';
import type { Measured } from './measure.ts';

/** As far from what is counted a figure of the dashboard's estimate may be: it is rounded, and one for all audits. */
const TOLERANCE = 0.15;

/** Figures of the estimate that are not what was counted, as sentences. */
export function estimateProblems({ look, sending, sweeps }: Measured): string[] {
  const [, medium] = ACCOUNTS;
  const sweep = medium && sweeps.get(medium);
  const counted: Partial<Record<keyof typeof USE, number | undefined>> = {
    transitionsPerLook: look.transitions,
    writeUnitsPerLook: look.writeUnits,
    readUnitsPerLook: look.readUnits,
    writeUnitsPerSending: sending.writeUnits,
    readUnitsPerSending: sending.readUnits,
    writeUnitsPerSweep: sweep?.writeUnits,
    readUnitsPerSweep: sweep?.readUnits,
    logGigabytesPerLook: look.logBytes / 1e9,
    logGigabytesPerSweep: sweep && sweep.logBytes / 1e9,
  };
  return Object.entries(counted).flatMap(([name, count = Number.NaN]) => {
    const said = USE[name as keyof typeof USE];
    if (Math.abs(said - count) <= TOLERANCE * count) return [];
    return [`lib/operations/price-list.ts says ${said} for ${name}; counted were ${count.toPrecision(3)}.`];
  });
}
