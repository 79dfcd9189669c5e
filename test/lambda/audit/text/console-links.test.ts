import { describe, expect, test } from '@jest/globals';
import { auditListLink, checkResultsLink, executionLink } from '../../../../lambda/audit/text/console-links.ts';

describe('a console link', () => {
  test('leads to the result of one check', () => {
    expect(checkResultsLink('eu-west-1', 'abc-1', 'LOGGING_DISABLED_CHECK')).toBe(
      'https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/audit/results/abc-1/LOGGING_DISABLED_CHECK',
    );
  });

  test.each(['', '../x', 'A|B', 'a b', 'X'.repeat(101)])('leads to the list of audits for a check named %j', (name) => {
    expect(checkResultsLink('eu-west-1', 'abc-1', name)).toBe(auditListLink('eu-west-1'));
  });

  test.each([
    ['eu-west-1', 'https://eu-west-1.console.aws.amazon.com/iot/home?region=eu-west-1#/dd/auditResultsHub'],
    ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/iot/home?region=us-gov-west-1#/dd/auditResultsHub'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/iot/home?region=cn-north-1#/dd/auditResultsHub'],
  ])('in %s leads to the console of its partition', (region, link) => {
    expect(auditListLink(region)).toBe(link);
  });

  test('leads to an execution, with the colons of its ARN as they are and everything else encoded', () => {
    expect(executionLink('eu-west-1', 'arn:aws:states:eu-west-1:123456789012:execution:Watch:a|b>c d')).toBe(
      'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:123456789012:execution:Watch:a%7Cb%3Ec%20d',
    );
  });
});
