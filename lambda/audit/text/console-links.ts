/** What a check name looks like in a link; anything else would not be found, or would lead elsewhere. */
const LINKABLE_CHECK = /^[A-Za-z0-9_]{1,100}$/;

/**
 * The result of one check of an audit; the list of audits where the name cannot be linked. No public source shows a link to
 * an audit as a whole.
 */
export function checkResultsLink(region: string, taskId: string, checkName: string): string {
  return LINKABLE_CHECK.test(checkName)
    ? `${consoleOf('iot', region)}#/dd/audit/results/${encodeURIComponent(taskId)}/${checkName}`
    : auditListLink(region);
}

/** All audits of the account in this Region. */
export function auditListLink(region: string): string {
  return `${consoleOf('iot', region)}#/dd/auditResultsHub`;
}

/** One execution of the state machine. */
export function executionLink(region: string, executionArn: string): string {
  // Encoded, because an execution may be given any name; the console wants the colons of the ARN as they are.
  const arn = encodeURIComponent(executionArn).replaceAll('%3A', ':');
  return `${consoleOf('states', region)}#/v2/executions/details/${arn}`;
}

function consoleOf(service: string, region: string): string {
  return `https://${hostOf(region)}/${service}/home?region=${region}`;
}

/** Each partition has its own console. */
function hostOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'console.amazonaws-us-gov.com';
  return region.startsWith('cn-') ? `${region}.console.amazonaws.cn` : `${region}.console.aws.amazon.com`;
}
