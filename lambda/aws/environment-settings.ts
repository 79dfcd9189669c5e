/** How the SDK describes a setting, as far as that is read here. */
export interface SdkSetting<T> {
  /** Reads it from the environment; undefined when it is not there. */
  readonly environmentVariableSelector: (environment: NodeJS.ProcessEnv, options: object) => T | undefined;
  /** In force when it is not there: the value, or what makes it. */
  readonly default?: T | (() => T | Promise<T>);
}

/**
 * Takes the place of the SDK's way to its settings in the bundles (lib/resources/sdk-surroundings.ts). A function has them in the
 * environment; its home has no files with profiles, for which each client would look before its first call.
 *
 * @returns reads the setting when it is first asked for
 * @throws what the selector throws: a setting that cannot be used is none that is missing
 */
export function loadConfig<T>(setting: SdkSetting<T>, options: object = {}): () => Promise<T | undefined> {
  let known: Promise<T | undefined> | undefined;
  return () => {
    known ??= read(setting, options);
    return known;
  };
}

async function read<T>(
  { environmentVariableSelector, default: otherwise }: SdkSetting<T>,
  options: object,
): Promise<T | undefined> {
  const value = environmentVariableSelector(process.env, options);
  if (value !== undefined) return value;
  return otherwise instanceof Function ? otherwise() : otherwise;
}
