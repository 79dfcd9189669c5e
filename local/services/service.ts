import type { IncomingMessage } from 'node:http';

/** One API call that an endpoint received. */
export interface Call {
  readonly service: 'iot' | 'sns' | 'dynamodb' | 'events' | 'secretsmanager' | 'slack';
  /** As the API reference names it; `UnknownOperation` if the service here does not have it. */
  readonly operation: string;
  /** Path, form or JSON body, parsed. */
  readonly parameters: unknown;
  /** The audit that the call is about, if the request shows it. */
  readonly taskId?: string;
  /** Access key id under which the request is signed. */
  readonly caller?: string;
}

/** What happens to a call instead of its answer. */
export type Fault =
  | { readonly type: 'error'; readonly name: string; readonly statusCode: number; readonly message?: string }
  /** Never answered; the connection ends when the endpoint closes. */
  | { readonly type: 'hold' }
  /** The connection is reset. */
  | { readonly type: 'reset' }
  /** Answered with this, as by a proxy in the way: the service has no part in it. */
  | { readonly type: 'answer'; readonly statusCode: number; readonly body: string }
  /** The same, and the connection ends before the body does. */
  | { readonly type: 'cut'; readonly statusCode: number; readonly body: string }
  /** As if nothing listened, to a function of the local stack; for any other caller the connection ends. */
  | { readonly type: 'refuse' }
  /** Arrives, or its answer does, some seconds later. */
  | { readonly type: 'slow'; readonly seconds: number }
  /** Never answered, and takes effect some seconds later, when its caller has long given up. Before its effect only. */
  | { readonly type: 'late'; readonly seconds: number };

/** A request, read whole. */
export interface ServiceRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface ServiceAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What makes an endpoint a certain service: how it reads calls, carries them out, and words its errors. */
export interface Service {
  read(request: ServiceRequest): Call;
  /** Carries the call out. Throws ServiceError to refuse it. */
  answer(call: Call, request: ServiceRequest): ServiceAnswer | Promise<ServiceAnswer>;
  /** In the service's own wire format, so that the SDK throws an error of that name. */
  renderError(error: ServiceError): ServiceAnswer;
}

/** A refusal, under the name that the SDK gives it. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly statusCode: number;

  constructor(name: string, statusCode: number, message = `${name} (made by the local endpoint)`) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }
}

/** The operation that a request in AWS JSON names, such as `x-amz-target: AWSEvents.PutEvents` for `AWSEvents`. */
export function operationOf({ headers }: ServiceRequest, target: string): string {
  const [named, operation] = String(headers['x-amz-target']).split('.');
  return named === target && operation ? operation : 'UnknownOperation';
}

export function jsonAnswer(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ServiceAnswer {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
