import { describe, expect, test } from '@jest/globals';
import { resolveValue } from '../../../local/assembly/template-values.ts';

const resources = {
  ref: (logicalId: string) => `<${logicalId}>`,
  getAtt: (logicalId: string, attribute: string) => `<${logicalId}.${attribute}>`,
  pseudo: { 'AWS::Region': 'eu-west-1', 'AWS::Partition': 'aws' },
};

function resolve(value: unknown): unknown {
  return resolveValue(value, resources);
}

describe('a value of the template', () => {
  test.each<[string, unknown, unknown]>([
    ['plain values', { a: [1, 'x', true, null], b: {} }, { a: [1, 'x', true, null], b: {} }],
    ['Ref to a resource', { Ref: 'Topic' }, '<Topic>'],
    ['Ref to a pseudo parameter', { a: { Ref: 'AWS::Region' } }, { a: 'eu-west-1' }],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, '<Table.Arn>'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'T' }, 3, true]] }, 'a-<T>-3-true'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'AWS::Region' }] }] }, 'west'],
    ['keys named after the prototype', JSON.parse('{"__proto__":{"Ref":"T"}}'), JSON.parse('{"__proto__":"<T>"}')],
  ])('has %s resolved', (_case, value, resolved) => {
    expect(resolve(value)).toEqual(resolved);
  });
});

describe('a value that cannot be resolved is refused with its place', () => {
  test.each<[unknown, string]>([
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue: Fn::ImportValue is not supported on one machine.'],
    [
      { a: [{ 'Fn::Join': ['', ['x', { 'Fn::If': [] }]] }] },
      'a[0].Fn::Join[1][1].Fn::If: Fn::If is not supported on one machine.',
    ],
    [{ Ref: 'AWS::StackId' }, 'Ref: the pseudo parameter AWS::StackId has no value.'],
    [{ Ref: 'AWS::NoValue' }, 'Ref: the pseudo parameter AWS::NoValue has no value.'],
    [{ Ref: ['a'] }, 'Ref: expected text, found ["a"].'],
    [{ Ref: 'A', b: 1 }, 'The value: Ref stands beside other keys.'],
    [{ a: { 'Fn::Join': ['', []], b: 1 } }, 'a: Fn::Join stands beside other keys.'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, 'Fn::GetAtt: expected a list of two.'],
    [{ 'Fn::Join': ['', ['a'], 'b'] }, 'Fn::Join: expected a list of two.'],
    [{ 'Fn::Join': ['', 'ab'] }, 'Fn::Join[1]: expected a list, found "ab".'],
    [{ 'Fn::Join': ['', [{ b: 1 }]] }, 'Fn::Join[1][0]: expected text, found {"b":1}.'],
    [{ 'Fn::Join': [{ Ref: 'A' }, []] }, 'Fn::Join[0]: expected text, found {"Ref":"A"}.'],
    [{ 'Fn::Select': ['2', ['a', 'b']] }, 'Fn::Select: ["a","b"] has no element "2".'],
    [{ 'Fn::Select': [0, 'ab'] }, 'Fn::Select: "ab" has no element 0.'],
    [{ 'Fn::Sub': 'text' }, 'Fn::Sub: Fn::Sub is not supported on one machine.'],
  ])('%j', (value, message) => {
    expect(() => resolve(value)).toThrow(expect.objectContaining({ name: 'TemplateValueError', message }));
  });
});
