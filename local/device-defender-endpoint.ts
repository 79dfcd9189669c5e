import { TASK_ID_PATTERN } from '../lambda/contract.ts';
import {
  type Call,
  type Endpoint,
  type EndpointOptions,
  type Service,
  type ServiceAnswer,
  ServiceError,
  startEndpoint,
} from './endpoint.ts';
import { answerAt, type Recording } from './recording.ts';

/** An audit that Device Defender has. */
export interface PlayedAudit {
  readonly recording: Recording;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export interface DeviceDefenderOptions extends EndpointOptions {
  /** The audit of a task id; undefined: none was started under it, so AWS does not know it. */
  readonly auditOf: (taskId: string) => PlayedAudit | undefined;
}

/** One operation of the API: how a request is recognized, and what is answered. */
interface Route {
  readonly operation: string;
  readonly method: string;
  /** The first group, if there is one, is the task id. */
  readonly path: RegExp;
  readonly answer: (call: Call) => unknown;
}

/** AWS IoT Device Defender, as far as the watcher uses it, played from recordings. REST-JSON like the real one. */
export function startDeviceDefender(options: DeviceDefenderOptions): Promise<Endpoint> {
  const routes: readonly Route[] = [
    { operation: 'DescribeAuditTask', method: 'GET', path: /^\/audit\/tasks\/([^/]+)$/, answer: describe },
  ];

  function describe({ taskId = '' }: Call): unknown {
    if (!TASK_ID_PATTERN.test(taskId)) {
      throw new ServiceError('InvalidRequestException', 400, `taskId must match ${TASK_ID_PATTERN.source}.`);
    }
    const audit = options.auditOf(taskId);
    if (audit === undefined) {
      throw new ServiceError('ResourceNotFoundException', 404, `No audit task has the id ${taskId}.`);
    }
    const { recording, startedAt } = audit;
    const answer = answerAt(recording, (options.now() - startedAt) / 1000, startedAt);
    if (answer.type === 'error') throw new ServiceError(answer.name, answer.statusCode, answer.message);
    return answer.response;
  }

  const service: Service = {
    read: ({ method, path }) => {
      const route = routes.find((known) => known.method === method && known.path.test(path));
      if (route === undefined) return { service: 'iot', operation: 'UnknownOperation', parameters: { method, path } };
      const [, id] = route.path.exec(path) ?? [];
      const taskId = id === undefined ? undefined : decode(id);
      return { service: 'iot', operation: route.operation, parameters: { taskId }, taskId };
    },
    answer: (call, { method, path }) => {
      const route = routes.find(({ operation }) => operation === call.operation);
      if (route !== undefined) return json(200, route.answer(call));
      const known = routes.map(({ operation }) => operation).join(', ');
      const message = `The local Device Defender knows ${known} only; it was asked for ${method} ${path}.`;
      throw new ServiceError('UnknownOperationException', 404, message);
    },
    renderError: ({ name, statusCode, message }) => json(statusCode, { message }, { 'x-amzn-errortype': name }),
  };
  return startEndpoint(service, options);
}

function decode(pathSegment: string): string {
  try {
    return decodeURIComponent(pathSegment);
  } catch {
    return pathSegment; // Not valid percent-encoding: no valid id either.
  }
}

function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ServiceAnswer {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
