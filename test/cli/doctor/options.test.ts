import { afterEach, describe, expect, test } from '@jest/globals';
import { awsCommand } from '../../../cli/doctor/aws-command.ts';
import { makeClients } from '../../../cli/doctor/clients.ts';
import { doctorOptions } from '../../../cli/doctor/command.ts';

function parseDoctorOptions(argv: readonly string[]) {
  return doctorOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parse([...argv], { from: 'user' })
    .opts();
}

describe('The options of the doctor', () => {
  test('have defaults', () => {
    expect(parseDoctorOptions([])).toEqual({
      stackName: 'AuditWatcher',
    });
  });

  test('are all read', () => {
    const argv = ['--stack-name', 'Fleet', '--region', 'us-gov-west-1', '--profile', 'my fleet', '--json'];

    expect(parseDoctorOptions([...argv, '--endpoint-url', 'http://127.0.0.1:4566', '--send-test-alert'])).toEqual({
      stackName: 'Fleet',
      region: 'us-gov-west-1',
      profile: 'my fleet',
      endpointUrl: 'http://127.0.0.1:4566',
      sendTestAlert: true,
      json: true,
    });
  });

  test.each([
    [['--stack-name', '1st'], "argument '1st' is invalid. Allowed: a letter, then letters, digits and hyphens"],
    [['--region', ''], "argument '' is invalid. Allowed: the id of a Region. For example: eu-west-1"],
    [['--profile', ' '], "argument ' ' is invalid. Allowed: the name of a profile"],
    [['--endpoint-url', 'localhost:4566'], 'is invalid. Allowed: a URL that begins with http'],
    [['--verbose'], "unknown option '--verbose'"],
    [['--regoin', 'eu-west-1'], '(Did you mean --region?)'],
    [['AuditWatcher'], 'too many arguments'],
    [['--region'], "option '--region <region>' argument missing"],
  ])('are refused in one sentence: %j', (argv, sentence) => {
    expect(() => parseDoctorOptions(argv)).toThrow(sentence);
  });
});

describe('The clients', () => {
  const environment = { ...process.env };
  afterEach(() => {
    process.env = environment;
  });

  test('go to the endpoint that is given, but for a service with one of its own', async () => {
    process.env = { ...environment, AWS_ENDPOINT_URL_IOT: 'http://127.0.0.1:7001' };

    const options = { ...parseDoctorOptions(['--region', 'eu-west-1']), endpointUrl: 'http://127.0.0.1:4566' };
    const { sns, iot } = makeClients(options);

    expect(await sns.config.endpoint?.()).toMatchObject({ port: 4566 });
    expect(iot.config.endpoint).toBeUndefined();
  });

  test('go to the Region that is given, those of the chat metrics to us-east-1', async () => {
    const { sqs, chatMetrics } = makeClients(parseDoctorOptions(['--region', 'eu-west-1', '--profile', 'fleet']));

    expect(await sqs.config.region()).toBe('eu-west-1');
    expect(await chatMetrics.config.region()).toBe('us-east-1');
  });
});

describe('A command to paste', () => {
  test('goes to the same Region and profile, and quotes what a shell would take apart', () => {
    const command = awsCommand({ profile: "Ann's" }, 'eu-west-1');

    expect(command('sns', 'publish', '--message', '{"a": 1}')).toBe(
      `aws sns publish --message '{"a": 1}' --region eu-west-1 --profile 'Ann'\\''s'`,
    );
  });
});
