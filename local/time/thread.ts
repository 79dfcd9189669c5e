import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Clock, Participant } from './clock.ts';
import { type FromThread, type Reply, type ToThread, toErrorReply } from './thread-protocol.ts';

/** What the main thread does for a thread. */
export interface ThreadListeners<Event> {
  readonly onEvent?: (event: Event) => void;
  readonly onQuestion?: (question: unknown) => Promise<unknown>;
  /** One line that the thread printed. */
  readonly onOutput?: (line: string) => void;
}

/** The thread died before it could answer. */
class ThreadDiedError extends Error {
  override readonly name = 'ThreadDiedError';
}

/** Threads come and go with the same code; without this, most of a thread's start is to compile it. */
const CODE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };

/** A worker thread that lives on the clock. */
export class Thread<Request, Event> {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #participant: Participant;
  readonly #pending = new Map<number, PromiseWithResolvers<Reply>>();
  #sent = 0;
  #lastId = 0;
  #heard = 0;
  #dead = false;

  constructor(module: URL, clock: Clock, options: WorkerOptions, listeners: ThreadListeners<Event>) {
    this.#clock = clock;
    this.#participant = clock.join(() => this.#post({ now: clock.now(), type: 'wake' }));
    const env = { ...(options.env === undefined ? process.env : (options.env as NodeJS.ProcessEnv)), ...CODE_CACHE };
    this.#worker = new Worker(module, { ...options, env, stdout: true, stderr: true, execArgv: [] });
    this.#worker.on('message', (message: FromThread<Event>) => this.#receive(message, listeners));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', () => this.#die(new ThreadDiedError('The thread ended.')));
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) readLines(stream, listeners.onOutput);
    this.#participant.waitUntil(Number.POSITIVE_INFINITY);
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Whether it works, rather than waits for a moment on the clock or for a message. */
  get isBusy(): boolean {
    return this.#participant.isBusy;
  }

  /** Messages that came from it so far. */
  get heard(): number {
    return this.#heard;
  }

  /** Hands a request to the thread. Rejects only when the thread dies; errors of the request come as a reply. */
  async request(request: Request): Promise<Reply> {
    if (this.#dead) throw new ThreadDiedError('The thread has ended before.');
    this.#lastId += 1;
    const pending = Promise.withResolvers<Reply>();
    this.#pending.set(this.#lastId, pending);
    this.#post({ now: this.#clock.now(), type: 'request', id: this.#lastId, request });
    return pending.promise;
  }

  /** Bytes of heap in use; 0 while the thread does not run yet, or any longer. */
  async usedHeap(): Promise<number> {
    return this.#worker.getHeapStatistics().then(
      ({ used_heap_size }) => used_heap_size,
      () => 0,
    );
  }

  /** Ends the thread at once, whatever it is doing. */
  async kill(): Promise<void> {
    this.#die(new ThreadDiedError('The thread was killed.'));
    await this.#worker.terminate();
  }

  #post(message: ToThread<Request>): void {
    if (this.#dead) return;
    this.#participant.busy();
    this.#sent += 1;
    this.#worker.postMessage(message);
  }

  #receive(message: FromThread<Event>, { onEvent, onQuestion }: ThreadListeners<Event>): void {
    if (this.#dead) return;
    this.#heard += 1;
    switch (message.type) {
      case 'event':
        onEvent?.(message.event);
        return;
      case 'done':
        this.#pending.get(message.id)?.resolve(message.reply);
        this.#pending.delete(message.id);
        return;
      case 'waiting':
        // An older report: a message is on its way that will set the thread to work again.
        if (message.received === this.#sent) setImmediate(() => this.#wait(message.received, message.nextTimer));
        return;
      case 'ask':
        onQuestion?.(message.question).then(
          (value) => this.#answer(message.id, { type: 'value', value }),
          (error: unknown) => this.#answer(message.id, toErrorReply(error)),
        );
        return;
    }
  }

  /** A moment later than reported, so that what a finished request sets off comes first. */
  #wait(received: number, nextTimer: number): void {
    if (!this.#dead && received === this.#sent) this.#participant.waitUntil(nextTimer);
  }

  #answer(id: number, reply: Reply): void {
    this.#post({ now: this.#clock.now(), type: 'reply', id, reply });
  }

  #die(error: unknown): void {
    if (this.#dead) return;
    this.#dead = true;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    setImmediate(() => this.#clock.leave(this.#participant));
  }
}

function readLines(stream: NodeJS.ReadableStream, onLine: ((line: string) => void) | undefined): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine?.(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine?.(rest);
  });
}
