import {
  DescribeAuditTaskCommand,
  IoTClient,
  ListAuditFindingsCommand,
  ListAuditSuppressionsCommand,
  ListAuditTasksCommand,
  type ListAuditTasksCommandOutput,
  ListPrincipalThingsCommand,
  ListScheduledAuditsCommand,
} from '@aws-sdk/client-iot';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { Audits } from '../../../lambda/aws/audits.ts';

const iot = mockClient(IoTClient);

afterEach(() => {
  iot.reset();
});

describe('Audits', () => {
  test('gives the answer as plain JSON, without what AWS left out', async () => {
    iot.on(DescribeAuditTaskCommand, { taskId: 'task-1' }).resolves({
      taskStatus: 'COMPLETED',
      taskStartTime: new Date('2026-10-02T02:00:04.123Z'),
      taskStatistics: { totalChecks: 2 },
      $metadata: { httpStatusCode: 200 },
    });

    const answer = await new Audits().describe('task-1');

    expect(JSON.parse(JSON.stringify(answer))).toEqual({
      taskStatus: 'COMPLETED',
      taskStartTime: '2026-10-02T02:00:04.123Z',
      taskStatistics: { totalChecks: 2 },
    });
  });

  test.each([{}, { taskStatus: undefined, taskStatistics: { totalChecks: 2 } }])(
    'refuses an answer without a status: %j',
    async (given) => {
      iot.on(DescribeAuditTaskCommand).resolves(given);

      await expect(new Audits().describe('task-1')).rejects.toMatchObject({ name: 'MalformedAnswerError' });
    },
  );

  test.each([[[['second']]], [7], [{ page: 2 }], [true], ['half a character: \uD83D']])(
    'asks for no page that nobody named: %j',
    async (nextToken) => {
      const odd = { tasks: [], findings: [], scheduledAudits: [], nextToken: nextToken as unknown as string };
      iot.on(ListAuditTasksCommand).resolves(odd).on(ListAuditFindingsCommand).resolves(odd);
      iot.on(ListScheduledAuditsCommand).resolves(odd);
      const audits = new Audits();
      const refused = { name: 'MalformedAnswerError', message: expect.stringContaining(JSON.stringify(nextToken)) };

      await expect(all(audits.tasks({ from: new Date(0), to: new Date(1) }))).rejects.toMatchObject(refused);
      await expect(all(audits.findings('task-1'))).rejects.toMatchObject(refused);
      await expect(audits.schedules()).rejects.toMatchObject(refused);
      expect(iot.calls()).toHaveLength(3);
    },
  );

  test.each([[undefined], [null], ['none'], [{ 0: {} }]])(
    'takes no answer for an empty list whose list is %j',
    async (list) => {
      const wanted = { name: 'MalformedAnswerError', message: expect.stringContaining('Allowed: a list') };
      const odd = list as unknown as [];
      iot.on(ListAuditTasksCommand).resolves({ tasks: odd }).on(ListAuditFindingsCommand).resolves({ findings: odd });
      iot.on(ListScheduledAuditsCommand).resolves({ scheduledAudits: odd });
      iot.on(ListPrincipalThingsCommand).resolves({ things: odd });
      iot.on(ListAuditSuppressionsCommand).resolves({ suppressions: odd });
      const audits = new Audits();

      await expect(all(audits.tasks({ from: new Date(0), to: new Date(1) }))).rejects.toMatchObject(wanted);
      await expect(all(audits.findings('task-7'))).rejects.toMatchObject(wanted);
      await expect(audits.schedules()).rejects.toMatchObject(wanted);
      await expect(audits.endingSuppressions()).rejects.toMatchObject(wanted);
      await expect(audits.thingsOf('arn:aws:iot:eu-west-1:123456789012:cert/7', 3)).rejects.toMatchObject(wanted);
    },
  );

  test('lists the suppressions that have an end, of every page', async () => {
    const checkName = 'CONFLICTING_CLIENT_IDS_CHECK';
    const expirationDate = new Date('2026-11-20T00:00:00.000Z');
    const resourceIdentifier = { clientId: 'pump-1' };
    iot
      .on(ListAuditSuppressionsCommand)
      .resolvesOnce({ suppressions: [{ checkName, resourceIdentifier, expirationDate }], nextToken: 'page-2' })
      .resolves({ suppressions: [{ checkName, resourceIdentifier, suppressIndefinitely: true }] });

    expect(await new Audits().endingSuppressions()).toEqual([
      { checkName, resource: 'client pump-1', endsAt: '2026-11-20T00:00:00.000Z' },
    ]);
    expect(iot.commandCalls(ListAuditSuppressionsCommand)).toHaveLength(2);
  });

  test('refuses a later page without its list, after the pages before it', async () => {
    iot
      .on(ListAuditFindingsCommand)
      .resolvesOnce({ findings: [{ checkName: 'LOGGING_DISABLED_CHECK' }], nextToken: 'page-2' })
      .resolves({});
    const pages = new Audits().findings('task-7');

    const first = await pages.next();

    expect(first.value).toMatchObject([{ checkName: 'LOGGING_DISABLED_CHECK' }]);
    await expect(pages.next()).rejects.toMatchObject({
      name: 'MalformedAnswerError',
      message: expect.stringContaining('ListAuditFindings answered with findings = missing'),
    });
  });

  test('waits 15 s for each page of findings, but no longer than other calls for anything else', async () => {
    iot
      .on(ListAuditFindingsCommand)
      .resolvesOnce({ findings: [], nextToken: 'page-2' })
      .resolves({ findings: [] })
      .on(DescribeAuditTaskCommand)
      .resolves({ taskStatus: 'COMPLETED' });

    await all(new Audits().findings('task-7'));
    await new Audits().describe('task-7');

    // What the client is given beside a command holds for this call alone.
    const patience = { requestTimeout: 15_000 };
    expect(iot.commandCalls(ListAuditFindingsCommand).map(({ args }) => args.at(1))).toEqual([patience, patience]);
    expect(iot.commandCalls(DescribeAuditTaskCommand).map(({ args }) => args.at(1))).toEqual([undefined]);
  });

  test('lists the audits that started in a span of time, page by page', async () => {
    const span = { from: new Date('2026-10-01T02:00:00.000Z'), to: new Date('2026-10-02T02:00:00.000Z') };
    const pages: Record<string, ListAuditTasksCommandOutput> = {
      first: { tasks: [{ taskId: 'task-1' }, {}], nextToken: 'second', $metadata: {} },
      second: { tasks: [], nextToken: 'third', $metadata: {} },
      third: { tasks: [{ taskId: 'task-2' }], $metadata: {} },
    };
    iot.on(ListAuditTasksCommand).callsFake(({ nextToken = 'first' }) => pages[nextToken]);

    expect(await all(new Audits().tasks(span))).toMatchObject([[{ taskId: 'task-1' }], [], [{ taskId: 'task-2' }]]);
    expect(iot.commandCalls(ListAuditTasksCommand)[0]?.args[0].input).toMatchObject({
      startTime: span.from,
      endTime: span.to,
      taskStatus: undefined,
      maxResults: 250,
    });
  });

  test('lists running audits only, when it is asked for those', async () => {
    iot.on(ListAuditTasksCommand).resolves({ tasks: [] });

    await all(new Audits().tasks({ from: new Date(0), to: new Date(1), runningOnly: true }));

    expect(iot.commandCalls(ListAuditTasksCommand)[0]?.args[0].input).toMatchObject({ taskStatus: 'IN_PROGRESS' });
  });

  test('gives the schedules of all pages, without what nobody asks for', async () => {
    iot
      .on(ListScheduledAuditsCommand)
      .resolvesOnce({
        scheduledAudits: [
          { scheduledAuditName: 'Nightly', scheduledAuditArn: 'arn', frequency: 'DAILY' },
          { frequency: 'DAILY' },
        ],
        nextToken: 'more',
      })
      .resolvesOnce({ scheduledAudits: [], nextToken: 'still more' })
      .resolvesOnce({
        scheduledAudits: [
          { scheduledAuditName: 'Weekly', frequency: 'WEEKLY', dayOfWeek: 'SUN' },
          { scheduledAuditName: 'Monthly', frequency: 'MONTHLY', dayOfMonth: 'LAST' },
        ],
      });

    expect(await new Audits().schedules()).toEqual([
      { name: 'Nightly', frequency: 'DAILY' },
      { name: 'Weekly', frequency: 'WEEKLY', dayOfWeek: 'SUN' },
      { name: 'Monthly', frequency: 'MONTHLY', dayOfMonth: 'LAST' },
    ]);
  });

  test('reads no list for ever whose token does not change', async () => {
    iot.on(ListAuditFindingsCommand).resolves({ findings: [{ checkName: 'A' }], nextToken: 'again' });

    let pages = 0;
    for await (const _ of new Audits().findings('task-1')) pages += 1;

    expect(pages).toBe(2);
  });
});

async function all<T>(pages: AsyncGenerator<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(page);
  return found;
}
