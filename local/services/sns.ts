import { randomUUID } from 'node:crypto';
import { isObject, parseJson } from '../../lambda/json.ts';
import { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';
import { type ServiceAnswer, ServiceError } from './service.ts';
import type { Publication } from './sns-publish.ts';
import { readPublication } from './sns-publish.ts';

export interface SnsOptions extends EndpointOptions {
  readonly topicArns: readonly string[];
  readonly onPublish: (publication: Publication) => void;
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** Codes on the wire, where they are not the SDK's name without "Exception". Source: the API model, awsQueryError. */
const WIRE_CODES: Readonly<Record<string, string>> = { InvalidParameterValueException: 'ParameterValueInvalid' };
/** These names are shorter on the wire. Any other name is sent, and thrown by the SDK, unchanged. */
const SHORTENED =
  /^(?:AuthorizationError|EndpointDisabled|InternalError|InvalidParameter|InvalidSecurity|KMS\w+|NotFound|Throttled)Exception$/;

/** Amazon SNS, as far as the watcher uses it: Publish to standard topics, refusing what AWS refuses. AWS query protocol. */
export function startSns(options: SnsOptions): Promise<Endpoint> {
  return startEndpoint(
    {
      read: ({ body }) => {
        const form = Object.fromEntries(new URLSearchParams(body));
        const operation = form.Action === 'Publish' ? 'Publish' : 'UnknownOperation';
        return { service: 'sns', operation, parameters: form, taskId: taskIdOf(form.Message) };
      },
      answer: ({ operation }, { body }) => {
        const form = new URLSearchParams(body);
        if (operation !== 'Publish') {
          const message = `The local SNS knows Publish only; it was asked for ${form.get('Action') ?? 'nothing'}.`;
          throw new ServiceError('InvalidAction', 400, message);
        }
        const messageId = randomUUID();
        const content = readPublication(form, options.topicArns);
        options.onPublish({ ...content, messageId, publishedAt: options.now() });
        const result = `<PublishResult><MessageId>${messageId}</MessageId></PublishResult>`;
        const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
        return xml(200, `<PublishResponse xmlns="${NAMESPACE}">${result}${metadata}</PublishResponse>`);
      },
      renderError: ({ name, statusCode, message }) => {
        const type = statusCode < 500 ? 'Sender' : 'Receiver';
        const code = WIRE_CODES[name] ?? (SHORTENED.test(name) ? name.replace(/Exception$/, '') : name);
        const error = `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
        const request = `<RequestId>${randomUUID()}</RequestId>`;
        return xml(statusCode, `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error>${request}</ErrorResponse>`);
      },
    },
    options,
  );
}

/** Best effort: the audit that the machine-readable body names. */
function taskIdOf(message: string | undefined): string | undefined {
  const structure = parseJson(message ?? '');
  const body = isObject(structure) && typeof structure.default === 'string' ? parseJson(structure.default) : undefined;
  return isObject(body) && typeof body.taskId === 'string' ? body.taskId : undefined;
}

function xml(statusCode: number, body: string): ServiceAnswer {
  return { statusCode, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0"?>\n${body}` };
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
