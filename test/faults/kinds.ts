import type { StackCall, StackFault } from '../../local/local-stack-options.ts';
import type { SecondExecution } from './second-execution.ts';

/** One way in which a call fails: a column of the matrix. */
export interface FaultKind {
  readonly name: string;
  /** What it is, in words. */
  readonly meaning: string;
  /** Seconds for which every such call meets it; without them, once. */
  readonly spellSeconds?: number;
  /** The call took effect all the same, or will. */
  readonly takesEffect: boolean;
  readonly before?: (call: StackCall) => StackFault;
  readonly after?: (call: StackCall) => StackFault;
  /** So long that giving up, and saying so, is lawful. */
  readonly mayGiveUp?: boolean;
  /** A second execution of the audit comes while the call is under way. */
  readonly second?: SecondExecution;
  /** One call of a function to an item stands for all: without an effect, it is as any other call that fails. */
  readonly alike?: boolean;
  /** Leaves the SDK's rate limiter behind, which must not slow down the next case. */
  readonly retire?: boolean;
}

/** Longer than the SDK tries, shorter than any retry policy of the state machine. */
const SPELL_SECONDS = 90;
const LONG_SPELL_SECONDS = 2 * 3600;
/** Within the patience of the loop with a call that is denied, or whose subject is not found. */
const MINUTES_SECONDS = 5 * 60;
/** Past every retry of an execution. */
const HOURS_SECONDS = 3 * 3600;
/** Past everything that the audit still does. */
export const LATE_SECONDS = 600;
/** Just within the SDK's patience. */
const SLOW_SECONDS = 3;
/** Past the patience of every client but that of SNS, and past that one too. */
const LATE_ANSWERS = [6, 60] as const;

/** Neither JSON nor XML, and not all of it. */
const PAGE = '<html><body>Service temporarily una';

const spell = { spellSeconds: SPELL_SECONDS, takesEffect: false } as const;

/** The columns. */
export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'killed before',
    meaning: 'the process dies when the call leaves it; no effect',
    takesEffect: false,
    before: () => ({ type: 'kill' }),
  },
  {
    name: 'killed after',
    meaning: 'the call takes effect, then the process dies',
    takesEffect: true,
    after: () => ({ type: 'kill' }),
  },
  {
    name: 'answer lost',
    meaning: 'the call takes effect, then the connection is reset',
    takesEffect: true,
    after: () => ({ type: 'reset' }),
  },
  {
    name: 'late',
    meaning: `the call times out, is repeated, and takes effect ${LATE_SECONDS / 60} minutes later`,
    takesEffect: true,
    before: () => ({ type: 'late', seconds: LATE_SECONDS }),
  },
  {
    name: 'started twice',
    meaning: `another start event arrives while the call is under way, which takes ${SLOW_SECONDS} s`,
    takesEffect: true,
    before: slow,
    second: 'duplicate',
  },
  {
    name: 'taken over',
    meaning: 'the same, and the lease has just run out though its holder is at work',
    takesEffect: true,
    before: slow,
    second: 'take-over',
  },
  {
    name: 'slow',
    meaning: `answered after ${SLOW_SECONDS} s, for ${SPELL_SECONDS} s`,
    ...spell,
    before: slow,
  },
  {
    name: 'garbled',
    meaning: `answered with 200 and a body that is neither JSON nor XML, no effect, for ${SPELL_SECONDS} s`,
    ...spell,
    before: () => ({ type: 'answer', statusCode: 200, body: PAGE }),
  },
  {
    name: 'reset',
    meaning: `the connection is reset, no effect, for ${SPELL_SECONDS} s`,
    ...spell,
    before: () => ({ type: 'reset' }),
  },
  {
    name: 'timeout',
    meaning: `never answered, no effect, for ${SPELL_SECONDS} s`,
    ...spell,
    before: () => ({ type: 'hold' }),
  },
  ...unusable(),
  { name: '5xx', meaning: `the service's own server error, for ${SPELL_SECONDS} s`, ...spell, before: serverError },
  { name: 'throttled', meaning: `throttled for ${SPELL_SECONDS} s`, ...spell, before: throttled, retire: true },
  {
    name: 'throttled long',
    meaning: `throttled for ${LONG_SPELL_SECONDS / 3600} hours`,
    spellSeconds: LONG_SPELL_SECONDS,
    takesEffect: false,
    before: throttled,
    mayGiveUp: true,
    retire: true,
  },
  ...lasting(),
  ...LATE_ANSWERS.map(
    (seconds): FaultKind => ({
      name: `answered after ${seconds} s`,
      meaning: `takes effect at once and is answered after ${seconds} s, for ${LONG_SPELL_SECONDS / 3600} hours`,
      spellSeconds: LONG_SPELL_SECONDS,
      takesEffect: true,
      after: () => ({ type: 'slow', seconds }),
      mayGiveUp: true,
    }),
  ),
];

/** Answers of something in the way, or of a service in trouble, that are none of the API. */
function unusable(): FaultKind[] {
  const kind = (name: string, means: string, fault: StackFault): FaultKind => ({
    name,
    meaning: `${means}, no effect, for ${SPELL_SECONDS} s`,
    ...spell,
    alike: true,
    before: () => fault,
  });
  return [
    kind('503 page', 'answered with 503 and a page', { type: 'answer', statusCode: 503, body: PAGE }),
    kind('503 empty', 'answered with 503 and no body', { type: 'answer', statusCode: 503, body: '' }),
    kind('503 cut', 'answered with 503 and half a body', { type: 'cut', statusCode: 503, body: '{"__ty' }),
    kind('unreachable', 'the connection is refused', { type: 'refuse' }),
    kind('empty', 'answered with 200 and no body', { type: 'answer', statusCode: 200, body: '' }),
  ];
}

/** What lasts longer than any retry of one invocation. */
function lasting(): FaultKind[] {
  const cut = (name: string, means: string, spellSeconds: number, body: string): FaultKind => ({
    name,
    meaning: `takes effect, and ${means}, for ${timeOf(spellSeconds)}`,
    spellSeconds,
    takesEffect: true,
    after: () => ({ type: 'cut', statusCode: 200, body }),
  });
  const refused = (name: string, means: string, spellSeconds: number, before: FaultKind['before']): FaultKind => ({
    name,
    meaning: `${means}, for ${timeOf(spellSeconds)}`,
    spellSeconds,
    takesEffect: false,
    alike: true,
    mayGiveUp: spellSeconds === HOURS_SECONDS,
    before,
  });
  return [
    cut('headers only', 'the connection ends after the headers', SPELL_SECONDS, ''),
    cut('cut short', 'the connection ends within the body', MINUTES_SECONDS, '{"taskSta'),
    refused('denied', 'access denied', MINUTES_SECONDS, denied),
    refused('denied long', 'access denied', HOURS_SECONDS, denied),
    refused('not found', 'not found', MINUTES_SECONDS, notFound),
    refused('not found long', 'not found', HOURS_SECONDS, notFound),
  ];
}

function timeOf(seconds: number): string {
  if (seconds < MINUTES_SECONDS) return `${seconds} s`;
  return seconds < 3600 ? `${seconds / 60} minutes` : `${seconds / 3600} hours`;
}

const THROTTLING: Readonly<Record<string, string>> = {
  slack: 'rate_limited',
  dynamodb: 'ProvisionedThroughputExceededException',
  sns: 'ThrottledException',
};
const SERVER_ERRORS: Readonly<Record<string, string>> = {
  iot: 'InternalFailureException',
  dynamodb: 'InternalServerError',
  sns: 'InternalErrorException',
  events: 'InternalException',
  secretsmanager: 'InternalServiceError',
  slack: 'rollup_error',
};

function slow(): StackFault {
  return { type: 'slow', seconds: SLOW_SECONDS };
}

function throttled({ service }: StackCall): StackFault {
  const statusCode = service === 'sns' || service === 'slack' ? 429 : 400;
  return { type: 'error', name: THROTTLING[service] ?? 'ThrottlingException', statusCode };
}

function serverError({ service }: StackCall): StackFault {
  return { type: 'error', name: SERVER_ERRORS[service] ?? 'InternalFailure', statusCode: 500 };
}

function denied({ service }: StackCall): StackFault {
  if (service === 'slack') return { type: 'error', name: 'invalid_token', statusCode: 403 };
  if (service === 'sns') return { type: 'error', name: 'AuthorizationErrorException', statusCode: 403 };
  return { type: 'error', name: 'AccessDeniedException', statusCode: service === 'iot' ? 403 : 400 };
}

function notFound({ service }: StackCall): StackFault {
  if (service === 'slack') return { type: 'error', name: 'no_service', statusCode: 404 };
  if (service === 'sns') return { type: 'error', name: 'NotFoundException', statusCode: 404 };
  return { type: 'error', name: 'ResourceNotFoundException', statusCode: service === 'iot' ? 404 : 400 };
}
