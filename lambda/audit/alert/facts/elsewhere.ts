import { checkInfo } from '../../answer/check-catalogue.ts';
import { compareSeverity, type Severity } from '../../answer/severity.ts';
import { type CheckEntry, isKnownBad } from '../../ledger/entry.ts';
import { clean } from '../../text/safe-text.ts';
import { compareText } from '../../text/words.ts';
import { nameOf } from './check-facts.ts';

/** A check that is open or unknown by what other audits found. */
export interface ElsewhereFacts {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly severity: Severity;
  /** Only for a check that is known per audit name: the name under which it is open or unknown. */
  readonly auditName?: string;
  /** True when it is known to be non-compliant, false when its result is unknown. */
  readonly isBad: boolean;
  readonly entry: CheckEntry;
}

/** What other audits left open or unknown, worst first. */
export function elsewhereFacts(entries: readonly CheckEntry[] = []): ElsewhereFacts[] {
  return entries
    .map((entry) => {
      const name = nameOf(entry.checkName);
      const { title, severity } = checkInfo(name);
      return { name, title, severity, auditName: clean(entry.auditName, 128), isBad: isKnownBad(entry), entry };
    })
    .sort((a, b) => compareSeverity(b.severity, a.severity) || compareText(a.name, b.name));
}
