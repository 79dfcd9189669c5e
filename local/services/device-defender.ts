import { TASK_ID_PATTERN } from '../../lambda/contract.ts';
import { isObject, parseJson } from '../../lambda/json.ts';
import { answerAt, playedFindings } from '../recordings/playback.ts';
import {
  isForgotten,
  listAuditTasks,
  listScheduledAudits,
  type PlayedAudit,
  pageOf,
  pageSize,
  type ScheduledAudit,
} from './device-defender-lists.ts';
import { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';
import { type Call, jsonAnswer, ServiceError, type ServiceRequest } from './service.ts';

export interface DeviceDefenderOptions extends EndpointOptions {
  /** The audit of a task id; undefined if no audit was started under it. */
  readonly auditOf: (taskId: string) => PlayedAudit | undefined;
  /** All audits that were started, for calls that are not about one audit. */
  readonly audits?: () => readonly PlayedAudit[];
  readonly schedules?: () => readonly ScheduledAudit[];
  readonly suppressions?: () => readonly AuditSuppression[];
  /** Audits that can be started on demand; without it, none. */
  readonly onDemand?: OnDemandAudits;
}

/** What can be started on demand. */
export interface OnDemandAudits {
  /** Every check of the account by name, and whether its audit settings enable it. */
  readonly checks: Readonly<Record<string, boolean>>;
  /** Starts an audit, and returns its task id. */
  readonly start: (checkNames: readonly string[]) => string;
}

/** A suppression as somebody set it up. */
export interface AuditSuppression {
  readonly checkName: string;
  readonly resourceIdentifier: object;
  /** Epoch milliseconds. @default it never ends */
  readonly endsAt?: number;
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
    {
      operation: 'ListAuditTasks',
      method: 'GET',
      path: /^\/audit\/tasks$/,
      answer: (call) => listAuditTasks(parametersIn(call), options.audits?.() ?? [], options.now()),
    },
    {
      operation: 'ListScheduledAudits',
      method: 'GET',
      path: /^\/audit\/scheduledaudits$/,
      answer: (call) => listScheduledAudits(parametersIn(call), options.schedules?.() ?? []),
    },
    {
      operation: 'DescribeAccountAuditConfiguration',
      method: 'GET',
      path: /^\/audit\/configuration$/,
      answer: () => {
        const checks = Object.entries(options.onDemand?.checks ?? {});
        return { auditCheckConfigurations: Object.fromEntries(checks.map(([name, enabled]) => [name, { enabled }])) };
      },
    },
    { operation: 'StartOnDemandAuditTask', method: 'POST', path: /^\/audit\/tasks$/, answer: startOnDemand },
    { operation: 'ListAuditFindings', method: 'POST', path: /^\/audit\/findings$/, answer: listFindings },
    {
      operation: 'ListAuditSuppressions',
      method: 'POST',
      path: /^\/audit\/suppressions\/list$/,
      answer: listSuppressions,
    },
    { operation: 'ListPrincipalThings', method: 'GET', path: /^\/principals\/things$/, answer: listThings },
  ];

  function auditNamed(taskId: string): PlayedAudit {
    if (!TASK_ID_PATTERN.test(taskId)) {
      throw new ServiceError('InvalidRequestException', 400, `taskId must match ${TASK_ID_PATTERN.source}.`);
    }
    const audit = options.auditOf(taskId);
    if (audit !== undefined && !isForgotten(audit, options.now())) return audit;
    throw new ServiceError('ResourceNotFoundException', 404, `No audit task has the id ${taskId}.`);
  }

  function describe({ taskId = '' }: Call): unknown {
    const { recording, startedAt } = auditNamed(taskId);
    const answer = answerAt(recording, (options.now() - startedAt) / 1000, startedAt);
    if (answer.type === 'error') throw new ServiceError(answer.name, answer.statusCode, answer.message);
    return answer.response;
  }

  function startOnDemand(call: Call): unknown {
    const { targetCheckNames } = parametersIn(call);
    const { checks = {}, start } = options.onDemand ?? {};
    const names = Array.isArray(targetCheckNames) ? targetCheckNames.map(String) : [];
    if (start === undefined || names.length === 0 || !names.every((name) => checks[name] === true)) {
      throw new ServiceError('InvalidRequestException', 400, 'targetCheckNames must be checks that are enabled.');
    }
    return { taskId: start(names) };
  }

  function listFindings(call: Call): unknown {
    const { taskId, maxResults = 25, nextToken, listSuppressedFindings } = parametersIn(call);
    if (typeof taskId !== 'string' || listSuppressedFindings !== undefined) {
      throw new ServiceError(
        'InvalidRequestException',
        400,
        'The local Device Defender lists findings by taskId only.',
      );
    }
    const { recording, startedAt } = auditNamed(taskId);
    const { findingsError } = recording;
    if (findingsError) throw new ServiceError(findingsError.name, findingsError.statusCode, findingsError.message);
    const page = pageOf(recording.findings, maxResults, nextToken);
    return { findings: playedFindings(page.entries, recording, taskId, startedAt), nextToken: page.nextToken };
  }

  function listSuppressions(call: Call): unknown {
    const { maxResults = 25, nextToken } = parametersIn(call);
    const page = pageOf(options.suppressions?.() ?? [], maxResults, nextToken);
    return {
      suppressions: page.entries.map(({ endsAt, ...suppression }) => ({
        ...suppression,
        ...(endsAt === undefined ? { suppressIndefinitely: true } : { expirationDate: endsAt / 1000 }),
      })),
      nextToken: page.nextToken,
    };
  }

  function listThings(call: Call): unknown {
    const { principal, maxResults, nextToken } = parametersIn(call);
    const certificateId = /:cert\/([0-9a-zA-Z]+)$/.exec(String(principal))?.[1];
    if (certificateId === undefined) {
      throw new ServiceError('InvalidRequestException', 400, `The principal ${String(principal)} is no certificate.`);
    }
    const things = (options.audits?.() ?? []).map(({ recording }) => recording.things);
    const named = things.find((byCertificate) => Object.hasOwn(byCertificate, certificateId))?.[certificateId];
    if (named === undefined) {
      throw new ServiceError('ResourceNotFoundException', 404, `No certificate has the id ${certificateId}.`);
    }
    const page = pageOf(named, pageSize(maxResults), nextToken);
    return { things: page.entries, nextToken: page.nextToken };
  }

  return startEndpoint(
    {
      read: (request) => {
        const { method, path } = request;
        const route = routes.find((known) => known.method === method && known.path.test(path));
        if (route === undefined) return { service: 'iot', operation: 'UnknownOperation', parameters: { method, path } };
        const parameters = parametersOf(route, request);
        const taskId = typeof parameters.taskId === 'string' ? parameters.taskId : undefined;
        return { service: 'iot', operation: route.operation, parameters, taskId };
      },
      answer: (call, { method, path }) => {
        const route = routes.find(({ operation }) => operation === call.operation);
        if (route !== undefined) return jsonAnswer(200, route.answer(call));
        const known = routes.map(({ operation }) => operation).join(', ');
        const message = `The local Device Defender knows ${known} only; it was asked for ${method} ${path}.`;
        throw new ServiceError('UnknownOperationException', 404, message);
      },
      renderError: ({ name, statusCode, message }) => jsonAnswer(statusCode, { message }, { 'x-amzn-errortype': name }),
    },
    options,
  );
}

/** From path, query, header and body, wherever the operation has them. */
function parametersOf(route: Route, { path, query, headers, body }: ServiceRequest): Record<string, unknown> {
  const [, id] = route.path.exec(path) ?? [];
  const inBody = parseJson(body);
  return {
    ...Object.fromEntries(query),
    ...(isObject(inBody) ? inBody : {}),
    ...(id === undefined ? {} : { taskId: decode(id) }),
    ...(headers['x-amzn-principal'] === undefined ? {} : { principal: headers['x-amzn-principal'] }),
  };
}

function parametersIn({ parameters }: Call): Readonly<Record<string, unknown>> {
  return isObject(parameters) ? parameters : {};
}

function decode(pathSegment: string): string {
  try {
    return decodeURIComponent(pathSegment);
  } catch {
    return pathSegment; // Not valid percent-encoding: no valid id either.
  }
}
