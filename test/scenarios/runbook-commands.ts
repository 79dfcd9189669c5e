import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { LocalStack } from '../../local/local-stack.ts';
import { PLACE } from '../../local/place.ts';

/** Prints the words that a shell hands to `aws`. */
const AWS = `aws() { '${process.execPath}' -p 'JSON.stringify(process.argv.slice(1))' -- "$@"; }`;

/**
 * Carries out a block of commands of docs/runbook.md on the table of a stack: the shell expands it, then the one call of
 * `aws dynamodb` that it makes is sent.
 *
 * @param entry heading of the runbook
 * @param mark text that only this block of the entry has
 * @param variables in the place of what the reader sets
 */
export async function runRunbook(
  stack: LocalStack,
  entry: string,
  mark: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const block = blocksOf(entry).find((code) => code.includes(mark));
  if (block === undefined) throw new Error(`The runbook has no block with "${mark}" under "${entry}".`);
  const script = Object.keys(variables).reduce(
    (code, name) => code.replace(new RegExp(`^${name}=.*$`, 'm'), ''),
    block,
  );
  const known = { TABLE: stack.tableName, ACCOUNT: PLACE.account, REGION: PLACE.region, ...variables };
  const assignments = Object.entries(known).map(([name, value]) => `${name}='${value}'`);
  const { stdout, stderr } = spawnSync('sh', { input: [AWS, ...assignments, script].join('\n'), encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  await callTable(stack, JSON.parse(stdout));
}

function blocksOf(entry: string): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
  const [, rest = ''] = page.split(`## ${entry}\n`);
  const [text = ''] = rest.split('\n## ');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}

/** `dynamodb update-item --table-name T …`, as the AWS CLI makes a request of it. */
async function callTable({ tableUrl }: LocalStack, words: readonly string[]): Promise<void> {
  const [service, operation, ...options] = words;
  const named = Array.from({ length: options.length / 2 }, (_, n) => {
    const name = (options[2 * n] ?? '').slice(1).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value = options[2 * n + 1] ?? '';
    return [name, value.startsWith('{') ? JSON.parse(value) : value] as const;
  });
  const input: unknown = Object.fromEntries(named);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: tableUrl, region: PLACE.region, credentials });
  const command = `${service} ${operation}`;
  if (command === 'dynamodb update-item') await client.send(new UpdateItemCommand(input as UpdateItemCommandInput));
  else if (command === 'dynamodb delete-item')
    await client.send(new DeleteItemCommand(input as DeleteItemCommandInput));
  else throw new Error(`The test does not know ${command}.`);
  client.destroy();
}
