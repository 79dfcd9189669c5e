// A cold start, as Lambda would have it: imports a built function and invokes it once, in a process that did nothing before but
// what Lambda's own client for Node.js does. Prints what that took as the last line. Runs without its types
// (bench/cold/builds.ts): what Node.js does to strip them would go on in the background.
import { createRequire } from 'node:module';

interface Invocation {
  readonly module: string;
  readonly payload: unknown;
  /** Where hooks.slack.com is. */
  readonly slackUrl: string;
}

// Not by `import`, which would read what is made when it is first read, and load all of `fetch`.
const load = createRequire(import.meta.url);
const http = load('node:http');
new http.Agent({ keepAlive: true, maxSockets: 1 });

const { module, payload, slackUrl }: Invocation = JSON.parse(process.argv[2] ?? '');
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
const imported = process.cpuUsage(before);
// Functions call HTTPS, as on AWS; for HTTP the SDK would load one more module. The endpoints of the bench have no certificates:
// from here on requests go to them as HTTP. Every build has loaded TLS by now.
const agent = new http.Agent({ keepAlive: true });
load('node:https').request = (to: URL | object, ...given: unknown[]) =>
  to instanceof URL ? http.request(new URL(to.pathname, slackUrl), ...given) : http.request({ ...to, agent }, ...given);
const answer = await handler(payload, context);
const done = process.cpuUsage(before);
const wallMs = performance.now() - startedAt;

const figures = { cpuMs: milliseconds(done), importMs: milliseconds(imported), wallMs, answer };
process.stdout.write(`\n${JSON.stringify(figures)}\n`);

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
