import type { StackCall, StackFault } from '../../local/local-stack-options.ts';
import { type CallSite, signatureOf, Timeline } from './calls.ts';
import type { FaultKind } from './kinds.ts';

/** One cell of the matrix: a fault that hits a call. */
export interface FaultCase {
  readonly site: CallSite;
  readonly kind: FaultKind;
}

/** Brings the fault of a case about, from the moment the run comes by its call. */
export class Injection {
  readonly #case: FaultCase | undefined;
  readonly #now: () => number;
  readonly #onHit: (kind: FaultKind) => void;
  readonly #timeline = new Timeline();
  readonly #hit = new WeakSet<StackCall>();
  readonly #invocations = new Set<string | undefined>();
  readonly #callers = new Set<string>();
  #since: number | undefined;

  /**
   * @param faultCase undefined: nothing happens, the run is only followed
   * @param onHit called once, when the fault begins
   */
  constructor(faultCase: FaultCase | undefined, now: () => number, onHit: (kind: FaultKind) => void = () => undefined) {
    this.#case = faultCase;
    this.#now = now;
    this.#onHit = onHit;
  }

  /** Invocations that met the fault. */
  get bites(): number {
    return this.#invocations.size;
  }

  /** Environments that met the fault. */
  get callers(): ReadonlySet<string> {
    return this.#callers;
  }

  onCall(call: StackCall): StackFault | undefined {
    const found = this.#timeline.next(call);
    if (this.#case === undefined) return undefined;
    const { site, kind } = this.#case;
    if (this.#since === undefined) {
      if (found.key !== site.key || found.occurrence !== site.occurrence) return undefined;
      this.#since = this.#now();
      this.#onHit(kind);
    } else if (
      kind.spellSeconds === undefined ||
      this.#now() >= this.#since + kind.spellSeconds * 1000 ||
      !site.key.startsWith(`${signatureOf(call)} #`)
    ) {
      return undefined;
    }
    this.#hit.add(call);
    this.#invocations.add(call.requestId);
    if (call.caller !== undefined) this.#callers.add(call.caller);
    return kind.before?.(call);
  }

  afterCall(call: StackCall): StackFault | undefined {
    return this.#hit.has(call) ? this.#case?.kind.after?.(call) : undefined;
  }
}
