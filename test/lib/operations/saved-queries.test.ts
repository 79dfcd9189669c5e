import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT, readable, resourcesOf, synthesize } from '../synthesize.ts';

const template = synthesize({ slackWebhookSecretName: 'team/slack' });
const queries = resourcesOf(template, 'AWS::Logs::QueryDefinition').map(([, properties]) => ({
  name: String(readable(properties.Name)),
  query: String(properties.QueryString),
  logGroups: properties.LogGroupNames as { Ref: string }[],
}));

describe('the saved queries', () => {
  it('are these, in a folder of the stack', () => {
    expect(queries.map(({ name }) => name)).toEqual(
      [
        'Polls of an audit',
        'Executions of an audit',
        'Alerts sent',
        'Errors by name',
        'Sweeps that found something',
        'Throttling',
      ].map((name) => `<AWS::StackName>/${name}`),
    );
  });

  it.each(queries)('$name asks log groups of the stack', ({ logGroups }) => {
    const existing = resourcesOf(template, 'AWS::Logs::LogGroup').map(([id]) => id);

    expect(logGroups.length).toBeGreaterThan(0);
    expect(existing).toEqual(expect.arrayContaining(logGroups.map(({ Ref }) => Ref)));
  });

  it.each(queries)('$name searches for messages that the functions write', ({ query }) => {
    const sources = globSync('lambda/**/*.ts', { cwd: PROJECT }).map((file) =>
      readFileSync(join(PROJECT, file), 'utf8'),
    );
    const messages = [...query.matchAll(/'([A-Z][a-z][^']*)'/g)].map(([, message = '']) => message);

    for (const message of messages.filter((each) => each.includes(' ') || each === 'Swept')) {
      expect(sources.some((source) => source.includes(`'${message}'`))).toBe(true);
    }
  });

  it('read like this', () => {
    expect(queries.find(({ name }) => name.endsWith('Errors by name'))?.query).toMatchInlineSnapshot(`
"filter message in ['The invocation failed', 'A watch cannot be read']
| stats count(*) as errors, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen by error.name, @log
| sort errors desc"
`);
  });
});
