import { DescribeAccountAuditConfigurationCommand, type IoTClient } from '@aws-sdk/client-iot';
import { unknownName } from '../../lib/configuration/nearest-name.ts';
import { ask } from '../shared/aws/failed-call.ts';
import { CommandError, UsageError } from '../shared/command-error.ts';
import { nameText } from '../shared/screen/words.ts';

/** The checks to audit: those that are asked for, or all that are enabled. @throws CommandError, FailedCallError */
export async function targetChecks(client: IoTClient, asked: readonly string[] | undefined): Promise<string[]> {
  const answer = client.send(new DescribeAccountAuditConfigurationCommand({}));
  const { auditCheckConfigurations = {} } = await ask('iot:DescribeAccountAuditConfiguration', answer);
  const known = Object.keys(auditCheckConfigurations);
  const enabled = known.filter((name) => auditCheckConfigurations[name]?.enabled === true);
  if (enabled.length === 0) {
    throw new CommandError(
      'No audit check is enabled in this account and Region. Enable some in the AWS IoT console under Security, Audit, Settings, ' +
        'or with aws iot update-account-audit-configuration.',
    );
  }
  for (const name of asked ?? []) {
    if (enabled.includes(name)) continue;
    if (!known.includes(name)) throw new UsageError(unknownName(nameText(name), 'check', enabled));
    throw new UsageError(`${name} is not enabled in the account's audit settings. Enabled: ${enabled.join(', ')}.`);
  }
  return [...(asked ?? enabled)];
}
