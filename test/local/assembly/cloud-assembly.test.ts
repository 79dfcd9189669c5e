import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAssembly, SynthesisError, synthesize } from '../../../local/assembly/cloud-assembly.ts';

const STACK = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Stack.template.json' } };
const ASSEMBLY = {
  'manifest.json': { artifacts: { Tree: { type: 'cdk:tree' }, Stack: STACK } },
  'Stack.template.json': { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } },
  'Stack.assets.json': { files: { abc: { source: { path: 'asset.abc' } } } },
};

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assembly-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A folder of its own with these files. */
async function folder(files: Readonly<Record<string, unknown>>): Promise<string> {
  const made = await mkdtemp(join(directory, 'case-'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(made, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return made;
}

/** Whether there is such a process. */
function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('Synthesizing', () => {
  test('says which cdk.json cannot be read, and why', async () => {
    const project = await folder({ 'cdk.json': '{ oops' });

    await expect(synthesize(project, join(project, 'out'))).rejects.toThrow(
      /^.*cdk\.json cannot be read: SyntaxError: .*Correct it, or restore it/,
    );
  });

  test('runs the app with the context of cdk.json and reads what it wrote', async () => {
    const app = `
      import { mkdirSync, writeFileSync } from 'node:fs';
      import { join } from 'node:path';
      const out = process.env.CDK_OUTDIR;
      const files = ${JSON.stringify(ASSEMBLY)};
      files['Stack.template.json'].Resources.Topic.Properties = JSON.parse(process.env.CDK_CONTEXT_JSON);
      mkdirSync(out, { recursive: true });
      for (const [name, content] of Object.entries(files)) writeFileSync(join(out, name), JSON.stringify(content));
      console.log('Bundling the functions.');
    `;
    const project = await folder({
      'app.mjs': app,
      'cdk.json': { app: 'node app.mjs', context: { TopicName: 'Alerts' } },
    });

    const assembly = await synthesize(project, join(project, 'out', 'assembly'));

    expect(assembly.directory).toBe(join(project, 'out', 'assembly'));
    // No table of AWS is on this machine.
    const context = { TopicName: 'Alerts', existingTableName: '' };
    expect(assembly.resources).toEqual({ Topic: { Type: 'AWS::SNS::Topic', Properties: context } });
  });

  test('of a broken app shows what the app printed, and nothing else', async () => {
    const project = await folder({
      'app.mjs': `
        console.log('Bundling the functions.');
        console.error('alertEmails is "x". Allowed: mail addresses.');
        process.exitCode = 1;
      `,
      'cdk.json': { app: 'node app.mjs' },
    });

    const error = await synthesize(project, join(project, 'out')).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(SynthesisError);
    const lines = error instanceof Error ? error.message.split('\n').toSorted() : [];
    expect(lines).toEqual(['Bundling the functions.', 'alertEmails is "x". Allowed: mail addresses.']);
  });

  test('ends the app when it is aborted', async () => {
    const project = await folder({
      'app.mjs': `
        import { writeFileSync } from 'node:fs';
        writeFileSync('pid', String(process.pid));
        setInterval(() => {}, 1000);
      `,
      'cdk.json': { app: 'node app.mjs' },
    });
    const interruption = new AbortController();
    void synthesize(project, join(project, 'out'), {}, interruption.signal);
    let pid = 0;
    while (pid === 0) pid = Number(await readFile(join(project, 'pid'), 'utf8').catch(() => sleep(10, 0)));

    interruption.abort();
    let isRunning = true;
    for (let tries = 0; isRunning && tries < 300; tries += 1) isRunning = await sleep(10).then(() => runs(pid));
    if (isRunning) process.kill(pid);

    expect(isRunning).toBe(false);
  });

  test('of an app that cannot be loaded shows the syntax error', async () => {
    const project = await folder({ 'app.mjs': 'const = 1;', 'cdk.json': { app: 'node app.mjs' } });

    await expect(synthesize(project, join(project, 'out'))).rejects.toMatchObject({
      name: 'SynthesisError',
      message: expect.stringContaining('SyntaxError'),
    });
  });
});

describe('A cloud assembly', () => {
  test('gives the folder of an asset by its S3 key', async () => {
    const assembly = await readAssembly(await folder(ASSEMBLY));

    expect(assembly.assetDirectory('abc.zip')).toBe(join(assembly.directory, 'asset.abc'));
  });

  test('refuses the key of an asset that it does not hold', async () => {
    const assembly = await readAssembly(await folder(ASSEMBLY));

    expect(() => assembly.assetDirectory('def.zip')).toThrow(`${assembly.directory} has no asset for def.zip.`);
  });

  test.each([
    ['no stack', {}, 0],
    ['two stacks', { Stack: STACK, Other: STACK }, 2],
  ])('with %s is refused', async (_, artifacts, count) => {
    const made = await folder({ ...ASSEMBLY, 'manifest.json': { artifacts } });

    await expect(readAssembly(made)).rejects.toMatchObject({
      name: 'SynthesisError',
      message: `${made} holds ${count} stacks. Allowed: one. Synthesize the app again.`,
    });
  });

  test('that was never synthesized is refused with the name of the missing file', async () => {
    const made = join(directory, 'empty');
    await mkdir(made);

    await expect(readAssembly(made)).rejects.toThrow('manifest.json');
  });
});
