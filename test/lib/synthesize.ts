import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { AuditWatcherStack } from '../../lib/audit-watcher-stack.ts';
import { readConfiguration } from '../../lib/configuration/configuration.ts';

export const PROJECT = join(import.meta.dirname, '../..');

/** The context of cdk.json, and no bundling: these tests do not depend on what the functions contain. */
const CONTEXT: Record<string, unknown> = {
  ...JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8')).context,
  'aws:cdk:bundling-stacks': [],
};

/** Every option that adds something to the stack, as .ci/scan turns them on too. */
export const EVERY_OPTION: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(PROJECT, '.ci/every-option.json'), 'utf8'),
);

/** The app with its stack, as `cdk synth -c …` would build it. */
export function buildApp(settings: Record<string, string> = {}): { app: App; stack: AuditWatcherStack } {
  const context = { ...CONTEXT, ...settings };
  const app = new App({ context, builtinCloudFormationValidation: false });
  return { app, stack: new AuditWatcherStack(app, 'AuditWatcher', { configuration: readConfiguration(context) }) };
}

/** Its template. */
export function synthesize(settings: Record<string, string> = {}): Template {
  return Template.fromStack(buildApp(settings).stack);
}

/** Everything of one type in the template, by logical id. */
export function resourcesOf(template: Template, type: string): [id: string, properties: Record<string, unknown>][] {
  return Object.entries(template.findResources(type)).map(([id, resource]) => [id, resource.Properties]);
}

/** The only one of its type whose logical id contains `name`. */
export function propertiesOf(template: Template, type: string, name = ''): Record<string, unknown> {
  const found = resourcesOf(template, type).filter(([id]) => id.includes(name));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${found.length} resources ${type} *${name}*, wanted one`);
  return only[1];
}

/** The logical id that `{ Ref }` or `{ Fn::GetAtt }` names, without the hash, so that it reads like the construct path. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[key, target] = []] = entries;
  if (key === 'Ref' && typeof target === 'string') return `<${withoutHash(target)}>`;
  if (key === 'Fn::GetAtt' && Array.isArray(target)) return `<${withoutHash(String(target[0]))}.${target[1]}>`;
  if (key === 'Fn::Join' && Array.isArray(target)) return target[1].map(readable).join(target[0]);
  return Object.fromEntries(entries.map(([name, inner]) => [name, readable(inner)]));
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/^AuditWatcher(?=[A-Z])/, '').replace(/[0-9A-F]{8}$/, '');
}
