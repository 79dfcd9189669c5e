// Reads, stores and compares the findings of a large audit with the built bundles, and prints what that takes next to the
// same for a small one. Exits with 1 when a bound is missed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../local/assembly/cloud-assembly.ts';
import { LocalStack } from '../local/local-stack.ts';
import { parseRecording } from '../local/recordings/recording.ts';
import { type AuditReport, itemsOf, reportOn } from '../local/runs/audit-report.ts';
import { startEvent } from '../local/runs/watch-run.ts';
import { conclude } from './figures.ts';
import { functionNamed } from './function-named.ts';

const SMALL = 1_000;
const LARGE = 60_000;
const HEAP_BOUND_MB = 128;
const MESSAGE_BOUND = 262_144;
const MEGABYTE = 1024 * 1024;

interface Measured {
  readonly findings: number;
  readonly stored: number;
  readonly storedMb: number;
  readonly peakHeapMb: number;
  readonly calls: number;
  readonly messageBytes: number;
}

const directory = await mkdtemp(join(tmpdir(), 'audit-watcher-bench-'));
try {
  const assembly = await synthesize(resolve(import.meta.dirname, '..'), directory);
  const measured: Measured[] = [];
  for (const findings of [SMALL, LARGE]) {
    const stack = await LocalStack.start({ assembly, speed: Number.POSITIVE_INFINITY, startsAt: Date.now() });
    try {
      // Twice: the second audit holds the identities of both in memory.
      await watch(stack, findings, 1);
      await stack.clock.sleep(24 * 3_600_000);
      measured.push(await watch(stack, findings, 2));
    } finally {
      await stack.close();
    }
  }
  report(measured);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function watch(stack: LocalStack, findings: number, day: number): Promise<Measured> {
  const recording = parseRecording(JSON.stringify(largeAudit(findings, day)), 'large audit');
  const { taskId } = recording;
  const startedAt = stack.clock.now();
  stack.startAudit(taskId, recording);
  const reader = functionNamed(stack.deployment, 'ReadFindings').name;
  let peakHeap = 0;
  const sampler = setInterval(async () => {
    peakHeap = Math.max(peakHeap, ...(await stack.usedHeaps(reader)));
  }, 20);
  const [execution] = stack.putEvent(startEvent({ taskId, recording, startedAt }, new Date(startedAt)));
  if (execution === undefined) throw new Error('No rule took the start event.');
  await execution.ended;
  clearInterval(sampler);

  const audit = await reportOn(stack, { taskId, startedAt }, execution);
  // Without a fault, one attempt stores them all.
  const chunks = (await itemsOf(stack, taskId)).filter(({ sk }) => String(sk).startsWith('FINDINGS#'));
  return {
    findings,
    stored: chunks.reduce((sum, { count }) => sum + Number(count), 0),
    storedMb: chunks.reduce((sum, { findings }) => sum + (findings as Uint8Array).length, 0) / MEGABYTE,
    peakHeapMb: peakHeap / MEGABYTE,
    calls: audit.calls.ListAuditFindings ?? 0,
    messageBytes: largestMessage(audit),
  };
}

function largestMessage({ alerts }: AuditReport): number {
  return Math.max(
    ...alerts.map(({ subject, email, chat, machine, attributes }) =>
      Buffer.byteLength(JSON.stringify([subject, email, JSON.stringify(chat), JSON.stringify(machine), attributes])),
    ),
  );
}

/** Half of the resources come and go from day to day. */
function largeAudit(findings: number, day: number) {
  const checkName = 'DEVICE_CERTIFICATE_EXPIRING_CHECK';
  const details = {
    checkRunStatus: 'COMPLETED_NON_COMPLIANT',
    totalResourcesCount: 2 * findings,
    nonCompliantResourcesCount: findings,
  };
  return {
    taskId: `large-${findings}-${day}`,
    steps: [
      {
        atSeconds: 0,
        response: {
          taskStatus: 'COMPLETED',
          scheduledAuditName: 'LargeFleetAudit',
          taskStartTime: '2026-10-02T02:00:00+00:00',
          taskStatistics: { totalChecks: 1, nonCompliantChecks: 1, failedChecks: 0 },
          auditDetails: { [checkName]: details },
        },
      },
    ],
    findings: Array.from({ length: findings }, (_, n) => ({
      findingId: `${day}-${n}`,
      checkName,
      severity: 'MEDIUM',
      nonCompliantResource: {
        resourceType: 'DEVICE_CERTIFICATE',
        resourceIdentifier: {
          deviceCertificateId: String(n + (n % 2) * day * findings).padStart(64, '0'),
        },
      },
      reasonForNonCompliance: 'The certificate is past its expiration date.',
      reasonForNonComplianceCode: 'CERTIFICATE_PAST_EXPIRATION',
      isSuppressed: n % 100 === 0,
    })),
  };
}

function report([small, large]: readonly Measured[]): void {
  if (small === undefined || large === undefined) throw new Error('Nothing was measured.');
  console.log('What reading, storing and comparing all findings of an audit takes (second audit of its schedule)\n');
  const rows = [
    ['findings', small.findings, large.findings],
    ['stored', small.stored, large.stored],
    ['ListAuditFindings calls', small.calls, large.calls],
    ['stored, compressed (MB)', small.storedMb, large.storedMb],
    ['peak heap (MB)', small.peakHeapMb, large.peakHeapMb],
    ['largest message (bytes)', small.messageBytes, large.messageBytes],
  ] as const;
  for (const [name, a, b] of rows) {
    console.log(`${name.padEnd(26)}${figure(a).padStart(10)}${figure(b).padStart(12)}   × ${(b / a).toFixed(2)}`);
  }
  const missed = [
    large.stored === large.findings ? undefined : `only ${large.stored} findings are stored`,
    large.peakHeapMb < HEAP_BOUND_MB ? undefined : `the heap reached ${HEAP_BOUND_MB} MB`,
    large.messageBytes < MESSAGE_BOUND ? undefined : 'the message is over 256 KiB',
  ].filter((problem) => problem !== undefined);
  console.log();
  conclude(missed);
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
