import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { PLACE } from '../../../local/place.ts';
import { DataDirectoryError, startDynalite, type TableEngine } from '../../../local/services/dynalite-engine.ts';
import { callerPath } from '../caller-path.ts';
import { CommandError } from '../command-error.ts';
import { posixLine } from '../shell-words.ts';
import { DEFAULT_DIRECTORY } from './default-directory.ts';
import { type History, partsOf } from './history.ts';

/** The tables of the local run. @throws CommandError */
export async function openLocalHistory(local: string | true): Promise<History> {
  const directory = local === true ? DEFAULT_DIRECTORY : callerPath(local, process.env);
  const tables = join(directory, 'tables');
  // Opening a folder would make it.
  if (!existsSync(tables)) throw noTables(directory);
  const engine = await open(tables);
  try {
    const client = engine.client();
    const { TableNames: [tableName] = [] } = await client.send(new ListTablesCommand({ Limit: 1 }));
    if (tableName === undefined) throw noTables(directory);
    return {
      place: PLACE,
      ...partsOf(tableName, client),
      outputs: {},
      options: local === true ? ' --local' : ` ${posixLine(['--local', local])}`,
      close: async () => {
        client.destroy();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function open(tables: string): Promise<TableEngine> {
  try {
    return await startDynalite(tables);
  } catch (error) {
    if (error instanceof DataDirectoryError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}

function noTables(directory: string): CommandError {
  return new CommandError(
    `There are no tables in ${directory}. Make some (npm start), or give their folder: --local DIR.`,
  );
}
