import { createLogUpdate } from 'log-update';
import { type Io, isDrawable } from '../shared/screen/io.ts';
import { Screen, type ScreenOptions } from '../shared/screen/screen.ts';
import { nameText } from '../shared/screen/words.ts';
import type { Follower } from './follow.ts';
import type { WatchedAudit } from './schema.ts';
import { frameLines, progressLine } from './text.ts';

const FRAME_MS = 1000;

/** Shows audits while they are followed, on standard error: drawn again on a terminal, a line for each change elsewhere. */
export class LiveAudits {
  readonly #io: Io;
  readonly #isQuiet: boolean;
  readonly #screen: Screen;
  readonly #draw: ReturnType<typeof createLogUpdate> | undefined;
  readonly #audits = new Map<string, { readonly audit: WatchedAudit; readonly trouble?: string }>();
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #interrupted: () => void;

  /** @param next the command that goes on after Ctrl-C */
  constructor(io: Io, options: ScreenOptions, next: string) {
    const { stderr, env } = io;
    this.#io = io;
    this.#isQuiet = options.quiet === true;
    this.#screen = new Screen({ ...io, stdout: stderr }, options);
    if (!this.#isQuiet && isDrawable(stderr, env)) {
      this.#draw = createLogUpdate(stderr, { showCursor: true });
      this.#timer = setInterval(() => this.#frame(), FRAME_MS);
    }
    this.#interrupted = () => {
      this.#draw?.done();
      stderr.write(`\nNo longer watched from here; the audit goes on. Go on watching: npx ${next}\n`);
    };
    io.onInterrupt.add(this.#interrupted);
  }

  readonly onReading: NonNullable<Follower['onReading']> = ({ audit, trouble: failure }) => {
    const trouble = failure && nameText(failure);
    const before = this.#audits.get(audit.taskId);
    this.#audits.set(audit.taskId, { audit, trouble });
    if (this.#draw !== undefined) this.#frame();
    else if (!this.#isQuiet) {
      const line = progressLine(audit);
      if (before === undefined || progressLine(before.audit) !== line) this.#io.stderr.write(`${line}\n`);
      if (trouble !== undefined && trouble !== before?.trouble) this.#io.stderr.write(`Trying again: ${trouble}\n`);
    }
  };

  /** Clears what was drawn: the result takes its place. */
  close(): void {
    clearInterval(this.#timer);
    this.#draw?.clear();
    this.#draw?.done();
    this.#io.onInterrupt.delete(this.#interrupted);
  }

  #frame(): void {
    const lines = [...this.#audits.values()].flatMap(({ audit, trouble }) => [
      ...frameLines(audit, this.#io.now(), this.#screen),
      ...(trouble === undefined ? [] : this.#screen.wrapped(`Trying again: ${trouble}`)),
      '',
    ]);
    this.#draw?.(lines.join('\n').trimEnd());
  }
}
