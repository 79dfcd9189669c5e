/** Rises by one with each write, from 1. What is not between these was not written here, and is taken as 0. */
const FIRST_VERSION = 1;
const LAST_VERSION = Number.MAX_SAFE_INTEGER - 1;

/** The version in an item; 0 stands for no item, and for a version that cannot be read. */
export function versionOf(value: unknown): number {
  return typeof value === 'number' && value >= FIRST_VERSION && value <= LAST_VERSION ? value : 0;
}

/** The condition of a write that replaces a version. */
export function onVersion(path: string, names: Record<string, string>, version: number) {
  const isVersion = `${path} ${version === 0 ? 'BETWEEN :first AND :last' : '= :version'}`;
  return {
    ConditionExpression: version === 0 ? `NOT ${isVersion}` : isVersion,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues:
      version === 0 ? { ':first': FIRST_VERSION, ':last': LAST_VERSION } : { ':version': version },
  };
}
