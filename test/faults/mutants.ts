import type { PartName } from './part.thread.ts';

interface Edit {
  /** @default that of the mutant */
  readonly file?: string;
  readonly text: string;
  readonly instead: string;
}

/** A safeguard taken away: in its file, each text (there exactly once) becomes another one. */
interface TakenAway {
  readonly name: string;
  readonly file: string;
  readonly edits: readonly Edit[];
}

/** Caught by a case of the matrix. */
export interface MatrixMutant extends TakenAway {
  /** The part of the matrix that must notice. */
  readonly part: PartName;
  /** Faults that are worth trying; all others only take time. Without any, the runs without faults must notice. */
  readonly kinds: readonly string[];
  /** Text of the call or fault that most likely goes red, and is tried first. */
  readonly likely?: string;
}

/** Caught by a test of `npm test`: no fault of a single call shows what is missing. */
export interface TestMutant extends TakenAway {
  readonly test: string;
}

export type Mutant = MatrixMutant | TestMutant;

const ONCE = ['late', 'killed after', 'killed before'];

/** What the guarantees rest on. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the lease: what is read of it, and its condition',
    file: 'lambda/aws/table/watch-updates.ts',
    edits: [
      {
        file: 'lambda/audit/watch/lease.ts',
        text: "return leaseUntil >= now ? 'HELD_BY_ANOTHER' : 'TO_TAKE';",
        instead: "return 'TO_TAKE';",
      },
      { text: "const workLeft = 'attribute_exists(#open)'", instead: "const workLeft = '#open <> :taskId'" },
      {
        text: "const oursOrExpired = '(",
        instead: "const oursOrExpired = '(attribute_exists(pk) OR ",
      },
    ],
    part: 'loop',
    kinds: ['started twice'],
    likely: 'SendAlerts: Publish',
  },
  {
    name: 'the condition of the poll',
    file: 'lambda/aws/table/watch-updates.ts',
    edits: [
      {
        text: "'execution = :execution AND poll = :lastPoll AND attribute_not_exists(endedAt)'",
        instead: "'attribute_exists(pk) OR execution = :execution OR poll = :lastPoll'",
      },
    ],
    part: 'loop',
    kinds: ONCE,
  },
  {
    name: 'the outbox: alerts are registered after the state, in a write of their own',
    file: 'lambda/aws/table/watch-table.ts',
    edits: [
      {
        text: 'advanceUpdate(watch, advance, this.#expiresAt(advance.now))',
        instead: 'advanceUpdate(watch, { ...advance, alerts: {} }, this.#expiresAt(advance.now))',
      },
      {
        text: '    if (moved !== undefined) return moved;\n',
        instead: `    if (moved !== undefined) {
      let registered: Watch | undefined = moved;
      for (const [slot, alert] of Object.entries(advance.alerts)) {
        registered = await this.#updateWatch(watch, {
          UpdateExpression: 'SET alerts.#slot = :alert, #open = :open',
          ConditionExpression: 'execution = :execution',
          ExpressionAttributeNames: { '#slot': slot, '#open': TABLE.openIndex.partitionKey },
          ExpressionAttributeValues: { ':alert': alert, ':execution': watch.execution, ':open': \`\${watch.account}#\${watch.region}\` },
        });
      }
      return registered;
    }
`,
      },
    ],
    part: 'loop',
    kinds: ONCE,
    likely: 'endedAt + findings',
  },
  {
    name: 'the mark after the message: alerts are marked first',
    file: 'lambda/send-alerts.lambda.ts',
    edits: [
      {
        text: '    claim: (attempt) => table.claim(watch, slot, attempt),\n',
        instead: `    claim: async (attempt) => {
      const isClaimed = await table.claim(watch, slot, attempt);
      if (isClaimed) await table.settle(watch, slot, { status: 'SENT', at: new Date() });
      return isClaimed;
    },
`,
      },
    ],
    part: 'loop',
    kinds: ONCE,
    likely: 'SendAlerts: Publish',
  },
  {
    name: 'the snapshot of an alert: it is not sent without',
    file: 'lambda/send-alerts.lambda.ts',
    edits: [
      {
        text: 'await snapshotOf(watch, alert.poll)',
        instead:
          'await snapshotOf(watch, alert.poll).catch(() => ({ poll: 1, capturedAt: alert.registeredAt, answer: {} }))',
      },
    ],
    part: 'loop',
    kinds: ['empty'],
    likely: 'SendAlerts: GetItem',
  },
  {
    name: 'the ledger: trouble is noted before it is published',
    file: 'lambda/send-alerts.lambda.ts',
    edits: [
      {
        text: "  if (watch.ledger !== 'MOVED' || slot === 'TERMINAL') await notePublished(watch, input);\n",
        instead: '',
      },
    ],
    part: 'loop',
    kinds: [],
  },
  {
    name: 'the ledger: the comparison is stored before the entries',
    file: 'lambda/audit-ledger.ts',
    edits: [
      {
        text: '      if (move !== stored && !(await this.#ledger.storeMove(watch, move, revision + 1, watch.expiresAt))) continue;\n',
        instead: '',
      },
      {
        text: '      await this.#writeHistory(watch, move.comparison);\n',
        instead: `      if (move !== stored && !(await this.#ledger.storeMove(watch, move, revision + 1, watch.expiresAt))) continue;
      await this.#writeHistory(watch, move.comparison);
`,
      },
    ],
    part: 'loop',
    kinds: ['killed after', 'killed before'],
    likely: 'PutItem',
  },
  {
    name: 'the ledger: the version of an entry',
    file: 'lambda/aws/table/ledger-table.ts',
    edits: [
      {
        text: "...onVersion('#entry.#version', { '#entry': 'entry', '#version': 'version' }, version),",
        instead: '',
      },
    ],
    part: 'loop',
    kinds: ONCE,
    likely: 'PutItem',
  },
  {
    name: 'the note of each attempt to publish, before it is made',
    file: 'lambda/aws/alert-topics.ts',
    edits: [{ text: "    if (!(await alert.claim(attempt))) return { outcome: 'TAKEN' };\n", instead: '' }],
    part: 'loop',
    kinds: ['answered after 60 s'],
    likely: 'SendAlerts: Publish',
  },
  {
    name: 'the condition of the records of schedules',
    file: 'lambda/aws/table/sweep-table.ts',
    edits: [
      {
        text: "ConditionExpression: 'schedulesTakenBy = :sweep',\n      ExpressionAttributeValues: { ':schedules'",
        instead:
          "ConditionExpression: 'attribute_exists(pk) OR schedulesTakenBy = :sweep',\n" +
          "      ExpressionAttributeValues: { ':schedules'",
      },
    ],
    part: 'sweep',
    kinds: ONCE,
  },
  {
    name: 'the period up to which digests are done',
    file: 'lambda/digest/record.ts',
    edits: [{ text: 'return periodEnd > doneUntil && periodEnd', instead: 'return periodEnd' }],
    part: 'sweep',
    kinds: [],
  },
  {
    name: 'the condition of the record of the digests',
    file: 'lambda/aws/table/digest-table.ts',
    edits: [
      { text: '      ConditionExpression: condition.ConditionExpression,\n', instead: '' },
      { text: '        ...condition.ExpressionAttributeValues,\n', instead: '' },
    ],
    test: 'test/lambda/digest/digests.test.ts',
  },
  {
    name: 'the take-over of what died, in the sweep',
    file: 'lambda/find-audits.lambda.ts',
    edits: [{ text: '  await events.putAuditStarted(due.map(({ taskId }) => taskId));\n', instead: '' }],
    part: 'sweep',
    kinds: [],
  },
  {
    name: 'the catch for each watch that cannot be read',
    file: 'lambda/aws/unreadable-item.ts',
    edits: [
      { text: '    if (!(error instanceof MalformedItemError)) throw error;\n', instead: '    throw error;\n' },
      { text: '    onUnreadable(error);\n    return undefined;\n', instead: '' },
    ],
    part: 'sweep',
    kinds: [],
  },
  {
    name: 'the names of errors by their nature',
    file: 'lambda/aws/named-errors.ts',
    edits: [
      {
        text: '    throw namedError(callOf(context), error, context.httpStatusCode);\n',
        instead: '    throw error;\n',
      },
    ],
    part: 'loop',
    kinds: ['denied', 'cut short'],
    likely: 'CheckAudit: DescribeAuditTask',
  },
  {
    name: 'the back-off of take-overs',
    file: 'lambda/audit/watch/due.ts',
    edits: [{ text: 'LEASE_SLACK_MS * 2 ** (watch.takeOvers ?? 0)', instead: '0' }],
    test: 'test/scenarios/outages.test.ts',
  },
  {
    name: 'the attempt in the key of a chunk of findings',
    file: 'lambda/read-findings.lambda.ts',
    edits: [{ text: 'const attempt = randomUUID();', instead: "const attempt = 'one';" }],
    test: 'test/scenarios/outages.test.ts',
  },
  {
    name: 'the catch for each watch that is taken over',
    file: 'lambda/find-audits.lambda.ts',
    edits: [
      {
        text: 'due.push(watch);\n    } catch (error) {\n      onError(error);\n',
        instead: 'due.push(watch);\n    } catch (error) {\n      throw error;\n',
      },
    ],
    test: 'test/lambda/find-audits.test.ts',
  },
  {
    name: 'the catch for each audit that is begun',
    file: 'lambda/find-audits.lambda.ts',
    edits: [
      {
        text: 'begun.push(taskId);\n    } catch (error) {\n      onError(error);\n',
        instead: 'begun.push(taskId);\n    } catch (error) {\n      throw error;\n',
      },
    ],
    test: 'test/lambda/find-audits.test.ts',
  },
  {
    name: 'the catch for each schedule',
    file: 'lambda/missed-runs.ts',
    edits: [
      {
        text: '        onError(error);\n        return [name, record];\n',
        instead: '        throw error;\n',
      },
    ],
    test: 'test/lambda/find-audits.test.ts',
  },
  {
    name: 'the catch for an audit that cannot be closed',
    file: 'lambda/send-alerts.lambda.ts',
    edits: [{ text: '          errors.push(error);\n          return held;\n', instead: '          throw error;\n' }],
    test: 'test/lambda/handlers.test.ts',
  },
  {
    name: 'the Catch of *Check audit*',
    file: 'lib/watching/watch-loop-definition.ts',
    edits: [
      {
        text: "  check.addCatch(giveUpTask(scope, sendAlerts), { errors: ['States.ALL'], resultPath: '$.failure' });\n",
        instead: '',
      },
    ],
    part: 'loop',
    kinds: [],
  },
  {
    name: 'the retry after giving up',
    file: 'lambda/audit/watch/due.ts',
    edits: [
      {
        text: '  return Math.max(leaseUntil, now.getTime() + LEASE_SLACK_MS);\n',
        instead: '  return Math.max(leaseUntil, now.getTime() + AWS_RETENTION_MS);\n',
      },
    ],
    part: 'loop',
    kinds: ['denied long'],
    likely: 'the watch never ended',
  },
  {
    name: 'the Catch of *Read findings*',
    file: 'lib/watching/watch-loop-definition.ts',
    edits: [{ text: "  read.addCatch(send, { errors: ['States.ALL'], resultPath: '$.findings' });\n", instead: '' }],
    part: 'loop',
    kinds: ['throttled'],
    likely: 'ReadFindings: ListAuditFindings',
  },
  {
    name: 'the Catch of *Send alerts*',
    file: 'lib/watching/watch-loop-definition.ts',
    edits: [
      {
        text: "    { errors: ['States.ALL'], resultPath: '$.failure' },\n  );\n  return check;",
        instead: "    { errors: ['Nothing'], resultPath: '$.failure' },\n  );\n  return check;",
      },
    ],
    part: 'loop',
    kinds: ['throttled long'],
    likely: 'SendAlerts: Publish',
  },
  {
    name: 'the Catch of *Give up*',
    file: 'lib/watching/watch-loop-definition.ts',
    edits: [
      {
        text: "  giveUp.addCatch(gaveUp, { errors: ['States.ALL'], resultPath: '$.giveUpFailure' });\n",
        instead: '',
      },
    ],
    part: 'loop',
    kinds: ['throttled long'],
    likely: 'WATCHER_GAVE_UP',
  },
  {
    name: 'the Catch of *Store findings*',
    file: 'lib/watching/watch-loop-definition.ts',
    edits: [
      {
        text: "    errors: ['States.ALL'],\n    resultPath: '$.failure',\n  });\n  store.next",
        instead: "    errors: ['Nothing'],\n    resultPath: '$.failure',\n  });\n  store.next",
      },
    ],
    part: 'loop',
    kinds: ['throttled long'],
    likely: 'ReadFindings: ListAuditFindings',
  },
  {
    name: "Slack's own word that it has the message",
    file: 'lambda/slack/webhook.ts',
    edits: [{ text: 'if (text.trim() === TAKEN) return;', instead: 'return;' }],
    part: 'slack',
    kinds: ['garbled'],
  },
  {
    name: 'the second and third try of the function that posts to Slack',
    file: 'lib/delivery/slack-webhook.ts',
    edits: [{ text: 'retryAttempts: 2,', instead: 'retryAttempts: 0,' }],
    part: 'slack',
    kinds: ['killed before'],
  },
  {
    name: 'the dead-letter queue of what cannot be posted to Slack',
    file: 'lib/delivery/slack-webhook.ts',
    edits: [{ text: '      onFailure: { bind: () => ({ destination: this.notPosted.queueArn }) },\n', instead: '' }],
    part: 'slack',
    kinds: ['throttled long'],
  },
];
