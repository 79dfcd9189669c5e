import { parentPort } from 'node:worker_threads';
import { SimulatedTime } from './simulated-time.ts';
import { type FromThread, NamedError, type Reply, type ToThread, toErrorReply } from './thread-protocol.ts';

/** How a thread's code talks to the main thread. */
export interface MainThread<Event> {
  readonly time: SimulatedTime;
  /** Sends an event, without waiting for an answer. */
  notify(event: Event): void;
  /** Asks a question; an error in the answer is thrown under its own name. */
  ask(question: unknown): Promise<unknown>;
}

/**
 * Serves requests of the main thread in simulated time.
 *
 * @param handle does one request; what it throws becomes an error reply
 * @param canWait false while the thread waits for something real that is neither a call nor a timer
 */
export function serve<Request, Event>(
  startsAt: number,
  handle: (request: Request, main: MainThread<Event>) => Promise<unknown>,
  canWait: (time: SimulatedTime) => boolean = () => true,
): void {
  const port = parentPort;
  if (port === null) throw new Error('This module runs in a worker thread only.');
  const time = new SimulatedTime(startsAt);
  const post = (message: FromThread<Event>) => port.postMessage(message);
  const questions = new Map<number, (reply: Reply) => void>();
  let received = 0;

  const main: MainThread<Event> = {
    time,
    notify: (event) => post({ type: 'event', event }),
    ask: (question) => {
      const id = questions.size === 0 ? 1 : Math.max(...questions.keys()) + 1;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      questions.set(id, (reply) => {
        questions.delete(id);
        if (reply.type === 'value') resolve(reply.value);
        else reject(new NamedError(reply.name, reply.message));
      });
      post({ type: 'ask', id, question });
      return promise;
    },
  };

  port.on('message', async (message: ToThread<Request>) => {
    received += 1;
    const upTo = received;
    time.moveTo(message.now);
    if (message.type === 'reply') questions.get(message.id)?.(message.reply);
    if (message.type === 'request') {
      handle(message.request, main).then(
        (value) => post({ type: 'done', id: message.id, reply: { type: 'value', value } }),
        (error: unknown) => post({ type: 'done', id: message.id, reply: toErrorReply(error) }),
      );
    }
    await time.untilQuiet(() => canWait(time));
    if (upTo === received) post({ type: 'waiting', nextTimer: time.nextTimer(), received });
  });
}
