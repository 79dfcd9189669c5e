// A cold start, as Lambda would have it: imports a built function and invokes it once, in a process that did nothing before.
// Prints what that took as the last line.
interface Invocation {
  readonly module: string;
  readonly payload: unknown;
  /** Where hooks.slack.com is. */
  readonly slackUrl: string;
}

const invocation: Invocation = JSON.parse(process.argv[2] ?? '');
const { module, payload, slackUrl } = invocation;
const send = fetch;
globalThis.fetch = (url, init) => send(new URL(new URL(String(url)).pathname, slackUrl), init);
const context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  functionName: 'cold-start',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:cold-start',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 60_000,
};

const startedAt = performance.now();
const before = process.cpuUsage();
const { handler } = await import(module);
const answer = await handler(payload, context);
const { user, system } = process.cpuUsage(before);
const wallMs = performance.now() - startedAt;

process.stdout.write(`\n${JSON.stringify({ cpuMs: (user + system) / 1000, wallMs, answer })}\n`);
