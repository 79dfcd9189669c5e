import { CreateAuditSuppressionCommand, IoTClient } from '@aws-sdk/client-iot';
import { ask } from '../shared/aws/failed-call.ts';
import { clientSettings, type Target } from '../shared/aws/target.ts';
import type { Screen } from '../shared/screen/screen.ts';
import { minuteText, nameText } from '../shared/screen/words.ts';
import type { SuppressDocument } from './schema.ts';
import type { SuppressionRequest } from './suppression.ts';

/** Lets AWS suppress it. @throws FailedCallError */
export async function suppress(request: SuppressionRequest, target: Target, region: string): Promise<void> {
  const client = new IoTClient({ ...clientSettings(target, 'IOT'), region });
  const command = new CreateAuditSuppressionCommand({ ...request, suppressIndefinitely: false });
  await ask('iot:CreateAuditSuppression', client.send(command)).finally(() => client.destroy());
}

/** The answer for people: the command alone, so that it can be pasted; what it is about goes before it as a comment. */
export function* suppressText({ finding, until, done, commands }: SuppressDocument, screen: Screen): Iterable<string> {
  const what = `${nameText(finding.title)}: ${nameText(finding.resource)}, until ${minuteText(until)} UTC`;
  if (done) {
    yield* screen.wrapped(`Suppressed. ${what}. The next audit lists it as suppressed.`);
    return;
  }
  yield `# ${what}`;
  yield '# POSIX shell:';
  yield commands.posix ?? '# This check has a name that cannot be pasted: use --yes.';
  yield '# PowerShell:';
  yield commands.powerShell ?? '# The resource or the reason has characters that cannot be pasted there: use --yes.';
}
