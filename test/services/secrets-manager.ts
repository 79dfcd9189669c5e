import { isObject, parseJson } from '../../lambda/json.ts';
import { type Endpoint, type EndpointOptions, startEndpoint } from '../../local/services/endpoint.ts';
import { jsonAnswer, operationOf, ServiceError } from '../../local/services/service.ts';

export interface SecretsOptions extends EndpointOptions {
  /** Values by name; asked for each time, so that a secret can be rotated. */
  readonly secretOf: (name: string) => string | undefined;
}

const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:(.+)-\w{6}$/;

/** AWS Secrets Manager, as far as the watcher uses it: GetSecretValue. AWS JSON 1.1. */
export function startSecretsManager(options: SecretsOptions): Promise<Endpoint> {
  return startEndpoint(
    {
      read: (request) => ({
        service: 'secretsmanager',
        operation: operationOf(request, 'secretsmanager'),
        parameters: parseJson(request.body),
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
        return jsonAnswer(200, {
          ARN: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`,
          Name: name,
          SecretString: value,
          VersionId: '00000000-0000-4000-8000-000000000000',
          VersionStages: ['AWSCURRENT'],
          CreatedDate: options.now() / 1000,
        });
      },
      renderError: ({ name, statusCode, message }) => jsonAnswer(statusCode, { __type: name, message }),
    },
    options,
  );
}
