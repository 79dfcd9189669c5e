import { MalformedSettingError, MissingSettingError } from '../errors.ts';

/** A setting that must be there and not be empty. @throws MissingSettingError */
export function textSetting(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '') throw new MissingSettingError(variable);
  return value;
}

/** A setting that may be left out. */
export function optionalTextSetting(variable: string): string | undefined {
  const value = process.env[variable];
  return value === '' ? undefined : value;
}

/** A setting that must be a number greater than zero. @throws MissingSettingError, MalformedSettingError */
export function positiveNumberSetting(variable: string): number {
  const text = textSetting(variable);
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value)))
    throw new MalformedSettingError(variable, text, 'a number greater than 0');
  return value;
}

/** A setting that must be a whole number, 0 or more. @throws MissingSettingError, MalformedSettingError */
export function countSetting(variable: string): number {
  const text = textSetting(variable);
  if (!/^\d{1,9}$/.test(text)) throw new MalformedSettingError(variable, text, 'a whole number, 0 or more');
  return Number(text);
}

/** A setting that must be `true` or `false`. @throws MissingSettingError, MalformedSettingError */
export function flagSetting(variable: string): boolean {
  const text = textSetting(variable);
  if (text !== 'true' && text !== 'false') throw new MalformedSettingError(variable, text, 'true or false');
  return text === 'true';
}

/** A setting that must be one of a few words. @throws MissingSettingError, MalformedSettingError */
export function choiceSetting<Choice extends string>(variable: string, choices: readonly Choice[]): Choice {
  const text = textSetting(variable);
  const choice = choices.find((allowed) => allowed === text);
  if (choice === undefined) throw new MalformedSettingError(variable, text, choices.join(' or '));
  return choice;
}
