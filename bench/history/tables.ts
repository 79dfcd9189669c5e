import type { FindingAnswer } from '../../lambda/audit/answer/aws-answers.ts';
import { DAY_MS, HOUR_MS } from '../../lambda/audit/text/duration.ts';
import { startDynalite } from '../../local/services/dynalite-engine.ts';
import { startDynamoDb } from '../../local/services/dynamodb.ts';
import { buildCompliant, buildNonCompliant } from '../../test/builders.ts';
import { certificateFinding, policyFinding, RecordedHistory } from '../../test/cli/recorded-history.ts';
import { countRead, type Reads } from '../reads.ts';

/** How much a table holds. */
export interface Extent {
  readonly audits: number;
  readonly findings: number;
}

/** A table at an endpoint that counts. */
export interface CountedTable {
  readonly url: string;
  /** Since it was last called. */
  takeReads(): Reads;
  readonly itemsRead: () => number;
  close(): Promise<void>;
}

/** A thousand audits take the 400 days for which they are kept. */
const AUDIT_EVERY_MS = 9.6 * HOUR_MS;
/** A check turns bad or good every so many audits. */
const AUDITS_PER_CHANGE = 5;

/** Fills a table through the code that the functions use. @param now epoch milliseconds */
export async function fillTable({ audits, findings }: Extent, now: number): Promise<CountedTable> {
  const engine = await startDynalite(undefined);
  const client = engine.client();
  const history = await RecordedHistory.over(client);
  for (let ago = audits; ago > 0; ago -= 1) await history.add(auditOf(ago, now));
  if (findings > 0) await history.add(largeAudit(findings, now));
  client.destroy();

  let reads: Reads = {};
  const dynamodb = await startDynamoDb({
    engine,
    now: Date.now,
    afterCall: ({ operation }, { body }) => {
      countRead(reads, operation, body);
      return undefined;
    },
  });
  return {
    url: dynamodb.url,
    takeReads: () => {
      const taken = reads;
      reads = {};
      return taken;
    },
    itemsRead: () => Object.values(reads).reduce((sum, { items }) => sum + items, 0),
    close: () => dynamodb.close(),
  };
}

function auditOf(ago: number, now: number) {
  const isBad = Math.floor(ago / AUDITS_PER_CHANGE) % 2 === 0;
  const policies = ['GatewayLegacy', 'FleetProvisioning', 'MeterFirmware'].map((name) => policyFinding(name));
  return {
    taskId: `history-${ago}`,
    name: 'NightlyFleetAudit',
    startedAt: timeOf(now - ago * AUDIT_EVERY_MS),
    checks: {
      LOGGING_DISABLED_CHECK: buildCompliant(),
      IOT_POLICY_OVERLY_PERMISSIVE_CHECK: isBad
        ? buildNonCompliant({ nonCompliantResourcesCount: policies.length })
        : buildCompliant(),
    },
    findings: isBad ? policies : [],
  };
}

/** The latest audit. */
function largeAudit(count: number, now: number) {
  const checkName = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
  return {
    taskId: 'large',
    name: 'CertificateAudit',
    startedAt: timeOf(now - HOUR_MS),
    checks: { [checkName]: buildNonCompliant({ nonCompliantResourcesCount: count, totalResourcesCount: count }) },
    findings: Array.from(
      { length: count },
      (_, n): FindingAnswer => certificateFinding(n.toString(16).padStart(64, '0')),
    ),
  };
}

/** Without milliseconds, as RecordedHistory wants it. */
function timeOf(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

/** Audits that a table of so many days has. */
export function auditsIn(days: number): number {
  return Math.floor((days * DAY_MS) / AUDIT_EVERY_MS);
}
