import { join } from 'node:path';
import { type Recording, readRecording } from '../../local/recordings/recording.ts';
import { startDeviceDefender } from '../../local/services/device-defender.ts';
import type { PlayedAudit } from '../../local/services/device-defender-lists.ts';
import type { Endpoint } from '../../local/services/endpoint.ts';

const RECORDINGS = join(import.meta.dirname, '../../recordings');

interface PlayOptions {
  /** Plays so many times faster than recorded. @default 1 */
  readonly speed?: number;
  /** The audit stays as it is at this second of the recording, until `release`. */
  readonly heldAtSeconds?: number;
  /** So many calls of DescribeAuditTask are throttled, at first. */
  readonly throttledCalls?: number;
}

/** Our local Device Defender for functions that run elsewhere: recordings, in real time. */
export class PlayedAudits {
  readonly #audits = new Map<string, PlayedAudit>();
  readonly #held = new Map<string, Recording>();
  readonly #throttled = new Map<string, number>();
  #endpoint: Endpoint | undefined;

  static async start(): Promise<PlayedAudits> {
    const played = new PlayedAudits();
    played.#endpoint = await startDeviceDefender({
      now: Date.now,
      auditOf: (taskId) => played.#audits.get(taskId),
      audits: () => [...played.#audits.values()],
      onCall: ({ operation, taskId = '' }) => {
        const left = played.#throttled.get(taskId) ?? 0;
        if (operation !== 'DescribeAuditTask' || left === 0) return undefined;
        played.#throttled.set(taskId, left - 1);
        return { type: 'error', name: 'ThrottlingException', statusCode: 400 };
      },
    });
    return played;
  }

  get url(): string {
    return this.#endpoint?.url ?? '';
  }

  /** An audit starts now. @param name of a file in recordings/ */
  async play(taskId: string, name: string, options: PlayOptions = {}): Promise<void> {
    const { speed = 1, heldAtSeconds = Number.POSITIVE_INFINITY, throttledCalls = 0 } = options;
    const recording = await readRecording(join(RECORDINGS, `${name}.json`));
    const steps = recording.steps.map((step) => ({
      ...step,
      atSeconds: step.atSeconds / speed,
      ...('error' in step ? { untilSeconds: step.untilSeconds / speed } : {}),
    }));
    this.#throttled.set(taskId, throttledCalls);
    if (heldAtSeconds < Number.POSITIVE_INFINITY) this.#held.set(taskId, { ...recording, steps });
    const shown = steps.filter(({ atSeconds }) => atSeconds <= heldAtSeconds / speed);
    this.#audits.set(taskId, { taskId, recording: { ...recording, steps: shown }, startedAt: Date.now() });
  }

  /** A held audit goes on. */
  release(taskId: string): void {
    const audit = this.#audits.get(taskId);
    const recording = this.#held.get(taskId);
    if (audit === undefined || recording === undefined) throw new Error(`No audit ${taskId} is held.`);
    this.#audits.set(taskId, { ...audit, recording });
  }

  /** Those that it has, the oldest first. */
  get taskIds(): readonly string[] {
    return [...this.#audits.keys()];
  }

  /** As if they were older than what AWS keeps. */
  forget(): void {
    this.#audits.clear();
  }

  async close(): Promise<void> {
    await this.#endpoint?.close();
  }
}
