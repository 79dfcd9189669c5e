import { join } from 'node:path';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AssetHashType, DockerImage, type Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { METRICS, type MetricName } from '../../lambda/contract.ts';
import { bundleFunction } from './function-bundles.ts';

/** What differs between the functions of the loop; everything else is the same. */
export interface WatchFunctionProps {
  /** Its file in `lambda/`, without `.lambda.ts`. */
  readonly entry: string;
  /** What it does, for the console. */
  readonly description: string;
  /** When an invocation is cut off. */
  readonly timeout: Duration;
  /** Its settings, by the names in ENV of lambda/contract.ts. */
  readonly environment: Record<string, string>;
  /** How long its logs are kept. */
  readonly logRetention: RetentionDays;
  /** What happens to its logs when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

const LAMBDA = join(import.meta.dirname, '../../lambda');

/** A Lambda function with its own log group and its own role, which at first may only log and trace. */
export class WatchFunction extends LambdaFunction {
  declare readonly timeout: Duration; // always given

  constructor(scope: Construct, id: string, props: WatchFunctionProps) {
    const { entry, environment, logRetention, removalPolicy, ...rest } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, { retention: logRetention, removalPolicy });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
    });
    logGroup.grantWrite(role);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the audits of AWS IoT Device Defender have no resources that a policy could name.',
    });

    super(scope, id, {
      ...rest,
      code: bundledCode(entry),
      handler: `${entry}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // More memory is more CPU: start-up and TLS are most of a short invocation, and cost no more this way.
      memorySize: 512,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: {
        POWERTOOLS_SERVICE_NAME: METRICS.service,
        POWERTOOLS_METRICS_NAMESPACE: METRICS.namespace,
        // The first tier of retry, for seconds; Step Functions retries for an hour (lib/watching/retry-policies.ts).
        AWS_RETRY_MODE: 'adaptive',
        AWS_MAX_ATTEMPTS: '3',
        ...environment,
      },
    });
  }

  /** Lets the function call `actions` on exactly these resources. */
  allow(actions: string[], resources: string[]): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  /** The same, under conditions. */
  allowWhen(actions: string[], resources: string[], conditions: Conditions): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
  }

  /** One of the metrics that the function writes itself, and by its own name. */
  metricWritten(metricName: MetricName, options?: MetricOptions): Metric {
    return new Metric({
      namespace: METRICS.namespace,
      metricName,
      dimensionsMap: { service: METRICS.service, function: this.functionName },
      ...options,
    });
  }
}

/** The SDK is bundled too: the one of the runtime changes without notice and loads more slowly. */
function bundledCode(entry: string): Code {
  return Code.fromAsset(LAMBDA, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      local: {
        tryBundle: (directory) => {
          bundleFunction(entry, directory);
          return true;
        },
      },
      image: DockerImage.fromRegistry('never-used'),
      // Distinguishes this asset from others of the same folder.
      command: [entry],
    },
  });
}
