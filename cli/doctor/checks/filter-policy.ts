import { isObject, parseJson } from '../../../lambda/json.ts';

const ATTRIBUTE = 'severity';
const WORST = 'CRITICAL';

/**
 * Whether a filter policy lets an alert of the highest severity through, as far as severity decides. What cannot be
 * judged is taken as let through.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
export function letsCriticalThrough(policy: string | undefined): boolean {
  const parsed = parseJson(policy ?? '');
  return !isObject(parsed) || admits(parsed);
}

function admits(policy: Readonly<Record<string, unknown>>): boolean {
  const { $or: alternatives, [ATTRIBUTE]: conditions } = policy;
  if (Array.isArray(alternatives) && !alternatives.some((one) => !isObject(one) || admits(one))) return false;
  return !Array.isArray(conditions) || conditions.some(matches);
}

function matches(condition: unknown): boolean {
  if (!isObject(condition)) return condition === WORST;
  const [[operator, operand] = []] = Object.entries(condition);
  switch (operator) {
    case 'exists':
      return operand === true;
    case 'prefix':
      return WORST.startsWith(String(operand));
    case 'suffix':
      return WORST.endsWith(String(operand));
    case 'equals-ignore-case':
      return String(operand).toUpperCase() === WORST;
    case 'anything-but':
      return !(Array.isArray(operand) ? operand : [operand]).some(matches);
    case 'numeric':
      return false;
    default:
      return true;
  }
}
