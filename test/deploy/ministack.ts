import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { isReadyWithin, start, stop } from './children.ts';
import { freePort } from './free-port.ts';

/** The emulator, from PyPI. Newer versions may differ from AWS in other ways: run the test before raising it. */
export const MINISTACK = 'ministack==1.5.33';

/** MiniStack's own, unless another is given. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const READY_SECONDS = 60;
/** It logs whole messages. */
const LOG_COLUMNS = 300;

/** An AWS emulator as a process of its own, on 127.0.0.1. */
export class MiniStack {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #logFile: string;

  private constructor(url: string, child: ChildProcess, logFile: string) {
    this.url = url;
    this.#process = child;
    this.#logFile = logFile;
  }

  /**
   * @param programs folder of its virtual environment's programs
   * @param functionVariables environment variables that every function gets beside its own: MiniStack's functions inherit
   *   its environment
   */
  static async start(
    programs: string,
    scratch: string,
    functionVariables: Readonly<Record<string, string>>,
  ): Promise<MiniStack> {
    const { url, port } = await freePort();
    const logFile = join(scratch, 'ministack.log');
    const temporary = join(scratch, 'tmp');
    await mkdir(temporary);
    const child = start(join(programs, 'ministack'), [], logFile, {
      cwd: scratch,
      env: {
        ...withoutAws(process.env),
        // Functions run in the Node.js that runs this.
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        TMPDIR: temporary,
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: port,
        MINISTACK_REGION: REGION,
        ...functionVariables,
      },
    });
    const ministack = new MiniStack(url, child, logFile);
    await ministack.#ready();
    return ministack;
  }

  /** What the CDK, and every SDK, needs to take it for AWS. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...withoutAws(process.env),
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...NO_AWS_FILES,
    };
  }

  async lastLogLines(count: number): Promise<string> {
    const lines = (await readFile(this.#logFile, 'utf8')).trimEnd().split('\n').slice(-count);
    return lines.map((line) => line.slice(0, LOG_COLUMNS)).join('\n');
  }

  async stop(): Promise<void> {
    await stop(this.#process);
  }

  async #ready(): Promise<void> {
    const isHealthy = async () => (await fetch(`${this.url}/_ministack/health`).catch(() => undefined))?.ok ?? false;
    if (await isReadyWithin(this.#process, READY_SECONDS, isHealthy)) return;
    throw new Error(`MiniStack is not ready after ${READY_SECONDS} s:\n${await this.lastLogLines(30)}`);
  }
}

/** Nothing of the user's own AWS configuration may leak in. */
const NO_AWS_FILES = {
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const;

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_'));
  return Object.fromEntries(others);
}
