import type { Io } from '../shared/screen/io.ts';
import type { WatchedAudit } from './schema.ts';

/** Where an audit can be followed: AWS itself, or the table of the watcher. */
export interface AuditSource {
  /** How the audit stands now. */
  read(): Promise<Reading>;
}

interface Reading {
  readonly audit: WatchedAudit;
  /** Until it is worth reading again; undefined when no more is to come. */
  readonly waitSeconds?: number;
  /** A call that failed, and will be made again. */
  readonly trouble?: string;
}

/** What happens while an audit is followed. */
export interface Follower {
  /** Epoch milliseconds. @default never */
  readonly deadline?: number;
  readonly onReading?: (reading: Reading) => void;
  /** True ends it before the audit does. */
  readonly isEnough?: (audit: WatchedAudit) => Promise<boolean>;
}

/** How an audit stood when following it ended, and why it did. */
export interface Followed {
  readonly audit: WatchedAudit;
  readonly why: 'OVER' | 'ENOUGH' | 'TIME_UP';
}

/** Follows an audit to its end. */
export async function follow(
  source: AuditSource,
  { now, sleep }: Pick<Io, 'now' | 'sleep'>,
  { deadline = Number.POSITIVE_INFINITY, onReading, isEnough }: Follower = {},
): Promise<Followed> {
  for (;;) {
    const reading = await source.read();
    const { audit, waitSeconds } = reading;
    onReading?.(reading);
    if (waitSeconds === undefined) return { audit, why: 'OVER' };
    if (await isEnough?.(audit)) return { audit, why: 'ENOUGH' };
    const left = deadline - now();
    if (left <= 0) return { audit, why: 'TIME_UP' };
    await sleep(Math.min(waitSeconds * 1000, left));
  }
}
