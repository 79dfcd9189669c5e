import { isObject, parseJson } from '../../lambda/json.ts';
import { findJsonFlaw } from '../recordings/recording-json.ts';
import { ServiceError } from './service.ts';

/** One accepted Publish. */
export interface Publication {
  readonly topicArn: string;
  readonly subject?: string;
  /** By protocol; a message without structure is all `default`. */
  readonly bodies: { readonly default: string; readonly [protocol: string]: string | undefined };
  /** String.Array as a list. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
}

/** Message with all bodies, attributes and subject. Source: SNS quotas, message size. */
const MAX_BYTES = 256 * 1024;

/** Other keys of a JSON message are ignored, as AWS does. Mobile push is left out: no topic of ours has it. */
const PROTOCOLS = [
  'default',
  'application',
  'email',
  'email-json',
  'firehose',
  'http',
  'https',
  'lambda',
  'sms',
  'sqs',
];

/** Printable ASCII, no space first, under 100 characters. Source: SNS API Reference, Publish, Subject. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;
const TOPIC_ARN = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;

/** 1 to 256 of these characters; no period at an end or twice in a row; no reserved prefix. */
const ATTRIBUTE_NAME = /^(?!\.|.*\.\.|.*\.$|(?:aws|amazon)\.)[A-Za-z0-9_.-]{1,256}$/i;

interface Attribute {
  readonly name: string;
  readonly type: string;
  /** As it counts towards the size. */
  readonly value: string;
}

/** Reads the form of a Publish call. Throws ServiceError for what AWS refuses, under the SDK's error names. */
export function readPublication(
  form: URLSearchParams,
  topicArns: readonly string[],
): Omit<Publication, 'messageId' | 'publishedAt'> {
  const message = form.get('Message') ?? '';
  const subject = form.get('Subject') ?? undefined;
  const topicArn = readTopicArn(form, topicArns);
  if (message === '') throw invalid('Empty message');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  const attributes = readAttributes(form);
  if (
    sizeOf([message, subject ?? '', ...attributes.flatMap(({ name, type, value }) => [name, type, value])]) > MAX_BYTES
  ) {
    throw invalid('Message too long');
  }
  return {
    topicArn,
    subject,
    bodies: readBodies(message, form.get('MessageStructure') ?? undefined),
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute.name, publicValue(attribute)])),
  };
}

function readTopicArn(form: URLSearchParams, topicArns: readonly string[]): string {
  const topicArn = form.get('TopicArn') ?? form.get('TargetArn') ?? '';
  if (topicArn === '') throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  if (!TOPIC_ARN.test(topicArn)) throw invalid(`TopicArn Reason: ${topicArn} is not the ARN of a topic`);
  if (!topicArns.includes(topicArn)) throw new ServiceError('NotFoundException', 404, 'Topic does not exist');
  return topicArn;
}

function readBodies(message: string, structure: string | undefined): Publication['bodies'] {
  if (structure === undefined) return { default: message };
  if (structure !== 'json') throw invalid('MessageStructure');
  const bodies = parseJson(message);
  if (!isObject(bodies) || findJsonFlaw(message) !== undefined) {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const { default: fallback } = bodies;
  if (typeof fallback !== 'string') throw invalid('Message Structure - No default entry in JSON message body');
  // AWS ignores values that are not strings, so that a body under its key as an object would never be sent.
  const strings = Object.entries(bodies).filter(([key, body]) => PROTOCOLS.includes(key) && typeof body === 'string');
  return { ...Object.fromEntries(strings), default: fallback };
}

/** `MessageAttributes.entry.N.Name`, `….Value.DataType` and `….Value.StringValue`, from N = 1. */
function readAttributes(form: URLSearchParams): readonly Attribute[] {
  const attributes: Attribute[] = [];
  for (let n = 1; form.has(`MessageAttributes.entry.${n}.Name`); n += 1) {
    const get = (part: string) => form.get(`MessageAttributes.entry.${n}.${part}`) ?? '';
    const name = get('Name');
    if (!ATTRIBUTE_NAME.test(name)) throw invalidValue(`The message attribute name '${name}' is not valid.`);
    if (attributes.some((other) => other.name === name)) throw invalidValue(`The attribute '${name}' is given twice.`);
    attributes.push(readAttribute(name, get('Value.DataType'), get('Value.StringValue')));
  }
  return attributes;
}

/** SNS has Number and Binary too, which no alert uses. */
function readAttribute(name: string, type: string, value: string): Attribute {
  const refuse = (why: string) => invalidValue(`The message attribute '${name}' ${why}`);
  if (!['String', 'String.Array'].includes(type)) {
    throw refuse(`has the message attribute type '${type}'. Allowed here: String or String.Array.`);
  }
  if (value === '')
    throw refuse(`must contain non-empty message attribute value for message attribute type '${type}'.`);
  if (type === 'String.Array' && elementsOf(value) === undefined) {
    throw refuse('must be a JSON array of strings, numbers, booleans and nulls.');
  }
  return { name, type, value };
}

function publicValue({ type, value }: Attribute): string | readonly string[] {
  return (type === 'String.Array' ? elementsOf(value) : undefined) ?? value;
}

/** The elements of a String.Array value as text; undefined for any other value. */
function elementsOf(value: string): readonly string[] | undefined {
  const elements = parseJson(value);
  if (!Array.isArray(elements) || elements.some((element) => typeof element === 'object' && element !== null)) {
    return undefined;
  }
  return elements.map(String);
}

function sizeOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

function invalid(reason: string): ServiceError {
  return new ServiceError('InvalidParameterException', 400, `Invalid parameter: ${reason}`);
}

function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', 400, message);
}
