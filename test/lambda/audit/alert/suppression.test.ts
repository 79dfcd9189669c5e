import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { composeAlert } from '../../../../lambda/audit/alert/message.ts';
import type { ResourceIdentifier } from '../../../../lambda/audit/answer/aws-answers.ts';
import type { Finding } from '../../../../lambda/audit/answer/finding.ts';
import { expectAlertWithinLimits } from '../../../alert-limits.ts';
import {
  buildAlertInput,
  buildAnswer,
  buildCertificateFinding,
  buildDetails,
  buildFinding,
  buildNonCompliant,
  buildPolicyFinding,
  buildReadFindings,
  buildSnapshot,
} from '../../../builders.ts';

/** The part of the mail that holds the command; undefined if there is no command. */
function silence(findings: readonly Finding[], capturedAt = '2026-10-02T02:41:37.512Z'): string | undefined {
  const details = Object.fromEntries(findings.map(({ checkName }) => [checkName, buildNonCompliant()]));
  const answer = buildAnswer({ auditDetails: buildDetails(details) });
  const message = composeAlert(
    buildAlertInput({
      kind: 'COMPLETED_WITH_FINDINGS',
      snapshot: buildSnapshot({ capturedAt, answer }),
      findings: buildReadFindings(findings),
    }),
  );
  expectAlertWithinLimits(message);
  return /\n\n(SUPPRESS A KNOWN[\s\S]*)\n\nCommands are for a POSIX shell/.exec(message.email)?.[1];
}

/** The arguments that a shell makes of the command. */
function argumentsOf(section: string | undefined): string[] {
  const command = section?.slice(section.indexOf('  aws ')).replace('aws', `printf '%s\\n'`) ?? '';
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trimEnd().split('\n');
}

function identified(identifier: ResourceIdentifier, checkName = 'CONFLICTING_CLIENT_IDS_CHECK'): Finding {
  return buildFinding({ checkName, identifier });
}

describe('the command that silences a known resource', () => {
  test('is ready to paste, and ends by itself', () => {
    expect(silence([buildPolicyFinding('TestBench', '2')])).toMatchInlineSnapshot(`
"SUPPRESS A KNOWN RESOURCE (EXAMPLE, EXPIRES ON 2026-11-01)
  If policy TestBench v2 is known and accepted:
  aws iot create-audit-suppression --region eu-west-1 \\
    --check-name IOT_POLICY_OVERLY_PERMISSIVE_CHECK \\
    --resource-identifier '{"policyVersionIdentifier":{"policyName":"TestBench","policyVersionId":"2"}}' \\
    --no-suppress-indefinitely --expiration-date 2026-11-01T00:00:00Z \\
    --description 'why it is accepted, and who owns it'"
`);
  });

  test('is for the one that is open for the longest', () => {
    const since = '2026-09-28T02:00:03.000Z';
    const old = [buildPolicyFinding('Old', '1', { since }), buildPolicyFinding('Young', '1')];

    expect(silence([...old, buildCertificateFinding('abc')])).toContain('"policyName":"Old"');
  });

  test('is for the least severe among equals', () => {
    expect(silence([buildPolicyFinding('New', '1'), buildCertificateFinding('abc')])).toContain(
      `'{"deviceCertificateId":"abc"}'`,
    );
    expect(silence([buildPolicyFinding('New', '1'), buildCertificateFinding('abc', { since: undefined })])).toContain(
      'New',
    );
  });

  test.each([`it's`, `'; rm -rf / '`, '$(reboot)', '`reboot`', '"quoted"', '\\', '!!', '--flag', '~ * ? {a,b} #'])(
    'gives a shell the client id %j and nothing else',
    (clientId) => {
      const words = argumentsOf(silence([identified({ clientId })]));

      expect(words).toEqual([
        'iot',
        'create-audit-suppression',
        '--region',
        'eu-west-1',
        '--check-name',
        'CONFLICTING_CLIENT_IDS_CHECK',
        '--resource-identifier',
        JSON.stringify({ clientId }),
        '--no-suppress-indefinitely',
        '--expiration-date',
        '2026-11-01T00:00:00Z',
        '--description',
        'why it is accepted, and who owns it',
      ]);
    },
  );

  test.each<[string, Finding]>([
    ['is not ASCII', identified({ clientId: 'pump-\u00E9' })],
    ['holds a line end', identified({ clientId: 'a\nb' })],
    ['is empty', identified({ clientId: '' })],
    ['is very long', identified({ clientId: 'x'.repeat(500) })],
    ['looks like an address', identified({ clientId: 'https://evil.example/' })],
    ['is not of the kind that the check is suppressed by', identified({ account: '123456789012' })],
    ['is unknown', identified({})],
    ['leaves a choice', identified({ account: '123456789012', clientId: 'a' }, 'NEW_CHECK')],
    ['belongs to a check with a strange name', identified({ clientId: 'a' }, 'X; reboot')],
  ])('is left out when the resource %s', (_, finding) => {
    expect(silence([finding])).toBe(undefined);
  });

  test('takes the identifier of an unknown check as it is', () => {
    expect(silence([identified({ clientId: 'a', account: undefined }, 'NEW_CHECK')])).toContain(
      `--resource-identifier '{"clientId":"a"}'`,
    );
  });

  test('names only the part of the identifier that the check is suppressed by', () => {
    expect(silence([identified({ clientId: 'a', account: '123456789012' })])).toContain(`'{"clientId":"a"}'`);
  });

  test.each(['yesterday', '2026-99-99T00:00:00Z'])('is left out when nobody knows what day it is: %s', (capturedAt) => {
    expect(silence([buildPolicyFinding('TestBench', '2')], capturedAt)).toBe(undefined);
  });
});
