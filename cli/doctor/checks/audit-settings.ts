import {
  DescribeAccountAuditConfigurationCommand,
  type DescribeAccountAuditConfigurationCommandOutput,
  paginateListScheduledAudits,
  type ScheduledAuditMetadata,
} from '@aws-sdk/client-iot';
import { checkInfo } from '../../../lambda/audit/answer/check-catalogue.ts';
import { ask, everyItem } from '../../shared/aws/failed-call.ts';
import type { AwsCommand } from '../aws-command.ts';
import type { AccountProbe, Check } from '../probe.ts';
import { fail, listed, pass, type Verdict, warn } from '../verdict.ts';

/** Settings that a check can have. Without one AWS takes a default of its own. */
const CHECK_SETTINGS = [
  ['DEVICE_CERTIFICATE_EXPIRING_CHECK', 'CERT_EXPIRATION_THRESHOLD_IN_DAYS', 'within'],
  ['DEVICE_CERTIFICATE_AGE_CHECK', 'CERT_AGE_THRESHOLD_IN_DAYS', 'from'],
] as const;

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
  const names = Object.keys(checks).toSorted();
  const enabled = names.filter((name) => checks[name]?.enabled);
  const off = names.filter((name) => !enabled.includes(name));
  if (!roleArn) {
    return fail(
      'No audit role is set, so no audit can run.',
      'Set up Device Defender audits in the AWS IoT console (Security, Audit, Settings), or give the role:',
      command('iot', 'update-account-audit-configuration', '--role-arn', 'ROLE_ARN'),
    );
  }
  if (enabled.length === 0) {
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
  const settings = enabled.map((name) => `${checkInfo(name).title}${settingsText(name, checks[name]?.configuration)}`);
  const found = `${enabled.length} of ${names.length} checks enabled, with role ${roleArn.split('/').at(-1)}: ${settings.join(', ')}`;
  if (off.length === 0) return pass(found);
  return warn(
    `${found}. Off: ${off.map((name) => checkInfo(name).title).join(', ')}.`,
    'What they would find goes unnoticed. Enable those that you want, here or in the AWS IoT console (Security, Audit, Settings):',
    command(
      ...['iot', 'update-account-audit-configuration', '--audit-check-configurations'],
      JSON.stringify(Object.fromEntries(off.map((name) => [name, { enabled: true }]))),
    ),
  );
}

/** ` (within 30 days)`, after the title of a check. */
function settingsText(check: string, configuration: Readonly<Record<string, string>> = {}): string {
  const known = CHECK_SETTINGS.find(([name]) => name === check);
  const others = Object.entries(configuration).filter(([name]) => name !== known?.[1]);
  const texts = others.map(([name, value]) => `${name} ${value}`);
  if (known !== undefined) {
    const [, name, word] = known;
    const days = configuration[name];
    texts.unshift(days === undefined ? "limit: AWS's default" : `${word} ${days} days`);
  }
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
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
