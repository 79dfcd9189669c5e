import {
  DescribeAccountAuditConfigurationCommand,
  type DescribeAccountAuditConfigurationCommandOutput,
  paginateListScheduledAudits,
  type ScheduledAuditMetadata,
} from '@aws-sdk/client-iot';
import { plural } from '../../../lambda/audit/text/words.ts';
import { ask, everyItem } from '../../shared/failed-call.ts';
import type { AwsCommand } from '../aws-command.ts';
import type { AccountProbe, Check } from '../probe.ts';
import { fail, listed, pass, type Verdict, warn } from '../verdict.ts';

type Configuration = Pick<DescribeAccountAuditConfigurationCommandOutput, 'roleArn' | 'auditCheckConfigurations'>;

/** What Device Defender may do and what it checks. */
export const auditConfigurationCheck: Check<AccountProbe> = {
  name: 'Audit configuration',
  worst: 'FAIL',
  async run({ clients, command }) {
    const asked = clients.iot.send(new DescribeAccountAuditConfigurationCommand({}));
    return judgeConfiguration(await ask('iot:DescribeAccountAuditConfiguration', asked), command);
  },
};

/** The audits that come by themselves. */
export const schedulesCheck: Check<AccountProbe> = {
  name: 'Scheduled audits',
  worst: 'WARN',
  async run({ clients, command }) {
    const pages = paginateListScheduledAudits({ client: clients.iot }, {});
    const asked = everyItem(pages, ({ scheduledAudits }) => scheduledAudits);
    return judgeSchedules(await ask('iot:ListScheduledAudits', asked), command);
  },
};

export function judgeConfiguration(configuration: Configuration, command: AwsCommand): Verdict {
  const { roleArn, auditCheckConfigurations: checks = {} } = configuration;
  const enabled = Object.values(checks).filter((check) => check?.enabled).length;
  if (!roleArn) {
    return fail(
      'No audit role is set, so no audit can run.',
      'Set up Device Defender audits in the AWS IoT console (Security, Audit, Settings), or give the role:',
      command('iot', 'update-account-audit-configuration', '--role-arn', 'ROLE_ARN'),
    );
  }
  if (enabled === 0) {
    return fail(
      'No audit check is enabled.',
      'Enable the checks that you want in the AWS IoT console (Security, Audit, Settings), or one here:',
      command(
        'iot',
        'update-account-audit-configuration',
        '--audit-check-configurations',
        '{"LOGGING_DISABLED_CHECK":{"enabled":true}}',
      ),
    );
  }
  return pass(`${plural(enabled, 'check')} enabled; role ${roleArn.split('/').at(-1)}`);
}

export function judgeSchedules(schedules: readonly ScheduledAuditMetadata[], command: AwsCommand): Verdict {
  if (schedules.length === 0) {
    return warn(
      'There is no scheduled audit.',
      'Unless your audits are all started on demand, make a schedule:',
      command(
        ...['iot', 'create-scheduled-audit', '--scheduled-audit-name', 'DailyAudit', '--frequency', 'DAILY'],
        ...['--target-check-names', 'LOGGING_DISABLED_CHECK'],
      ),
    );
  }
  const names = schedules.map(
    ({ scheduledAuditName = 'unnamed', frequency }) => `${scheduledAuditName} (${frequency?.toLowerCase()})`,
  );
  return pass(listed(names));
}
