import type { AlertMessage } from '../../lambda/audit/alert/alert-input.ts';
import { timeText } from '../../lambda/audit/text/words.ts';
import { TEST_KIND } from '../../lambda/contract.ts';

/** The facts in a test alert. */
export interface TestFacts {
  readonly account: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Highest, so that every floor lets it through. */
const SEVERITY = 'CRITICAL';
/** No schedule can have this name: AWS allows no spaces. What shows the name of an audit shows this. */
const NAME = 'TEST ALERT - nothing has happened';

/** A test in the shapes of a real alert: docs/alert-schema.json, mail, custom notification. Pure. */
export function testMessage({ account, region, now }: TestFacts): AlertMessage {
  const time = new Date(now).toISOString();
  const taskId = `test-${time.replace(/\W/g, '')}`;
  const key = `${account}#${region}#${taskId}#${TEST_KIND}`;
  const text = {
    title: `:white_check_mark: TEST: alerts of the IoT audit watcher arrive (${region})`,
    description: `This is only a test. No audit has found anything.\n\n*Account* \`${account}\`  *Region* \`${region}\``,
    nextSteps: ['Nothing to do.'],
  };
  return {
    key,
    subject: `[TEST] IoT audit alerts: this is only a test (${region})`,
    machine: JSON.stringify({
      schemaVersion: '1',
      kind: TEST_KIND,
      severity: SEVERITY,
      alertKey: key,
      accountId: account,
      region,
      taskId,
      scheduledAuditName: NAME,
      capturedAt: time,
      checks: [],
      text,
    }),
    email: emailText({ account, region, now }, key),
    chat: JSON.stringify({
      version: '1.0',
      source: 'custom',
      id: key.replaceAll('#', '-'),
      content: {
        textType: 'client-markdown',
        ...text,
        keywords: [TEST_KIND, region],
      },
      metadata: {
        threadId: `iot-dd-audit-${account}-${region}-${taskId}`,
        summary: `TEST: alerts of the IoT audit watcher arrive (${region})`,
        eventType: TEST_KIND,
        additionalContext: { account, region, severity: SEVERITY },
        enableCustomActions: false,
      },
    }),
    // No auditNames: a filter by name lets a message without it through.
    attributes: { kind: TEST_KIND, severity: SEVERITY, account, region },
  };
}

function emailText({ account, region, now }: TestFacts, key: string): string {
  return [
    'TEST: this is only a test. No audit has found anything.',
    '',
    `Account   ${account}`,
    `Region    ${region}`,
    `Sent      ${timeText(new Date(now).toISOString())}`,
    '',
    'You get alerts of AWS IoT Device Defender audits as this message came.',
    'It is marked CRITICAL so that no filter by severity holds it back.',
    '',
    '--',
    `Alert key ${key}`,
    'Sent by device-defender-audit-watcher (doctor). Replies are not read.',
    '',
  ].join('\n');
}
