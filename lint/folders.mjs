// Fails when a folder of the source holds more files than a reader can take in: node lint/folders.mjs FOLDER…
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const MOST_FILES = 14;

const crowded = process.argv
  .slice(2)
  .flatMap(folders)
  .filter(({ files }) => files > MOST_FILES);
for (const { folder, files } of crowded) {
  console.error(`${folder} has ${files} files. Allowed: ${MOST_FILES}. Split it into rooms of one question each.`);
}
process.exitCode = crowded.length > 0 ? 1 : 0;

/** Every folder below this one, itself included, with the number of its TypeScript files. */
function folders(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).length;
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  return [{ folder, files }, ...below.flatMap(folders)];
}
