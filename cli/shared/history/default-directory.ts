import { resolve } from 'node:path';

/** Where `npm start` keeps its tables. */
export const DEFAULT_DIRECTORY = resolve(import.meta.dirname, '../../../.audit-watcher');
