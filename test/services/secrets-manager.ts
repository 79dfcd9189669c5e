import {
  type Endpoint,
  type EndpointOptions,
  isObject,
  parseJson,
  type Service,
  type ServiceAnswer,
  ServiceError,
  startEndpoint,
} from '../../local/services/endpoint.ts';

export interface SecretsOptions extends EndpointOptions {
  /** Values by name; asked for each time, so that a secret can be rotated. */
  readonly secretOf: (name: string) => string | undefined;
}

/** `x-amz-target: secretsmanager.GetSecretValue` */
const TARGET = /^secretsmanager\.(\w+)$/;
const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:(.+)-\w{6}$/;

/** AWS Secrets Manager, as far as the watcher uses it: GetSecretValue. AWS JSON 1.1. */
export function startSecretsManager(options: SecretsOptions): Promise<Endpoint> {
  const service: Service = {
    read: ({ headers, body }) => ({
      service: 'secretsmanager',
      operation: TARGET.exec(String(headers['x-amz-target']))?.[1] ?? 'UnknownOperation',
      parameters: parseJson(body),
    }),
    answer: ({ operation, parameters }) => {
      if (operation !== 'GetSecretValue') {
        const message = `The local Secrets Manager knows GetSecretValue only; it was asked for ${operation}.`;
        throw new ServiceError('UnknownOperationException', 404, message);
      }
      const secretId = isObject(parameters) ? parameters.SecretId : undefined;
      if (typeof secretId !== 'string' || secretId === '') {
        throw new ServiceError('ValidationException', 400, "Value at 'secretId' failed to satisfy constraint");
      }
      const name = SECRET_ARN.exec(secretId)?.[1] ?? secretId;
      const value = options.secretOf(name);
      if (value === undefined) {
        throw new ServiceError(
          'ResourceNotFoundException',
          400,
          "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        );
      }
      return json(200, {
        ARN: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`,
        Name: name,
        SecretString: value,
        VersionId: '00000000-0000-4000-8000-000000000000',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: options.now() / 1000,
      });
    },
    renderError: ({ name, statusCode, message }) => json(statusCode, { __type: name, message }),
  };
  return startEndpoint(service, options);
}

function json(statusCode: number, body: unknown): ServiceAnswer {
  return { statusCode, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
