import { join } from 'node:path';
import type { TargetInput } from '../compute/target-input.ts';
import { PLACE } from '../place.ts';
import type { CloudAssembly, TemplateResource } from './cloud-assembly.ts';
import { resolveValue } from './template-values.ts';

/** A function of the stack, ready to run. */
export interface DeployedFunction {
  readonly arn: string;
  readonly name: string;
  /** File of the built bundle. */
  readonly module: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A rule of the stack: which events it takes, and what it does with them. */
interface DeployedRule {
  readonly name: string;
  readonly eventPattern: unknown;
  readonly targets: readonly (TargetInput & { readonly Arn: string })[];
}

/** A schedule of the stack that is switched on. */
export interface DeployedSchedule {
  readonly name: string;
  readonly arn: string;
  /** Such as `rate(5 minutes)`. */
  readonly expression: string;
  readonly targetArn: string;
  /** JSON; without it the target gets what the Scheduler sends by default. */
  readonly input?: string;
  /** How often Lambda tries again after an asynchronous invocation failed. */
  readonly retries: number;
}

/** The synthesized stack with every reference resolved: what CloudFormation would have made of it. */
export interface Deployment {
  readonly stateMachine: { readonly arn: string; readonly name: string; readonly definition: Record<string, unknown> };
  /** By ARN. */
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly rules: readonly DeployedRule[];
  readonly schedules: readonly DeployedSchedule[];
  readonly tables: readonly { readonly name: string; readonly properties: Record<string, unknown> }[];
  readonly topicArns: readonly string[];
}

/** Resolves a cloud assembly into what runs. Nothing is added: a change of the stack changes what runs here. */
export function deploy(assembly: CloudAssembly): Deployment {
  const entries = Object.entries(assembly.resources);
  const properties = (resource: TemplateResource) =>
    resolve(resource.Properties ?? {}, assembly) as Record<string, unknown>;
  const ofType = (type: string) => entries.filter(([, resource]) => resource.Type === type);

  const [[machineId, machine] = [], ...more] = ofType('AWS::StepFunctions::StateMachine');
  if (machineId === undefined || machine === undefined || more.length > 0) {
    throw new Error('The stack must hold exactly one state machine.');
  }
  return {
    stateMachine: {
      arn: arnOf(machineId, machine),
      name: machineId,
      definition: JSON.parse(String(properties(machine).DefinitionString)),
    },
    functions: new Map(
      ofType('AWS::Lambda::Function').map(([id, resource]) => {
        const deployed = toFunction(id, resource, assembly);
        return [deployed.arn, deployed];
      }),
    ),
    rules: ofType('AWS::Events::Rule').map(([id, resource]) => {
      const { EventPattern, Targets } = properties(resource);
      return { name: id, eventPattern: EventPattern, targets: (Targets ?? []) as DeployedRule['targets'] };
    }),
    schedules: ofType('AWS::Scheduler::Schedule')
      .map(([id, resource]) => ({ id, resource, ...(properties(resource) as unknown as ScheduleProperties) }))
      .filter(({ State = 'ENABLED' }) => State === 'ENABLED')
      .map(({ id, resource, ScheduleExpression, Target }) => ({
        name: id,
        arn: arnOf(id, resource),
        expression: ScheduleExpression,
        targetArn: Target.Arn,
        input: Target.Input,
        retries: retriesOf(
          Target.Arn,
          ofType('AWS::Lambda::EventInvokeConfig').map(([, config]) => properties(config)),
        ),
      })),
    tables: ofType('AWS::DynamoDB::Table').map(([id, resource]) => ({ name: id, properties: properties(resource) })),
    topicArns: ofType('AWS::SNS::Topic').map(([id, resource]) => arnOf(id, resource)),
  };
}

interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly State?: string;
  readonly Target: { readonly Arn: string; readonly Input?: string };
}

/** Two, unless the function is configured otherwise. Source: Lambda Developer Guide, asynchronous invocation. */
function retriesOf(functionArn: string, configurations: readonly Readonly<Record<string, unknown>>[]): number {
  const ofFunction = configurations.find(({ FunctionName }) =>
    functionArn.endsWith(`:function:${String(FunctionName)}`),
  );
  return typeof ofFunction?.MaximumRetryAttempts === 'number' ? ofFunction.MaximumRetryAttempts : 2;
}

function toFunction(id: string, resource: TemplateResource, assembly: CloudAssembly): DeployedFunction {
  // The key is plain text; the bucket is of no use here, and is named by a function that is not resolved.
  const { Code, ...others } = resource.Properties as { Code: { S3Key: string } };
  const { Handler, Environment } = resolve(others, assembly) as {
    Handler: string;
    Environment?: { Variables?: Record<string, string> };
  };
  const [file = '', handler = ''] = Handler.split('.');
  return {
    arn: arnOf(id, resource),
    name: id,
    module: join(assembly.assetDirectory(Code.S3Key), `${file}.mjs`),
    handler,
    environment: Environment?.Variables ?? {},
  };
}

function resolve(value: unknown, { resources }: CloudAssembly): unknown {
  const resourceOf = (id: string): TemplateResource => {
    const resource = resources[id];
    if (resource === undefined) throw new Error(`The template refers to ${id}, which it does not define.`);
    return resource;
  };
  return resolveValue(value, {
    ref: (id: string) => (REF_IS_ARN.has(resourceOf(id).Type) ? arnOf(id, resourceOf(id)) : id),
    getAtt: (id: string, attribute: string) =>
      attribute === 'Arn' || attribute === 'TopicArn' ? arnOf(id, resourceOf(id)) : `${id}.${attribute}`,
    pseudo: {
      'AWS::AccountId': PLACE.account,
      'AWS::Region': PLACE.region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': 'AuditWatcher',
      'AWS::StackId': `arn:aws:cloudformation:${PLACE.region}:${PLACE.account}:stack/AuditWatcher/local`,
    },
  });
}

const REF_IS_ARN = new Set(['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine', 'AWS::IAM::ManagedPolicy']);

/** Service and prefix of the ARNs, by type of resource. */
const ARN_FORMS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'dynamodb:{place}:table/',
  'AWS::Lambda::Function': 'lambda:{place}:function:',
  'AWS::Scheduler::Schedule': 'scheduler:{place}:schedule/default/',
  'AWS::SNS::Topic': 'sns:{place}:',
  'AWS::SQS::Queue': 'sqs:{place}:',
  'AWS::StepFunctions::StateMachine': 'states:{place}:stateMachine:',
};

function arnOf(id: string, { Type }: TemplateResource): string {
  const form = ARN_FORMS[Type] ?? `${Type.split('::')[1]?.toLowerCase()}:{place}:`;
  return `arn:aws:${form.replace('{place}', `${PLACE.region}:${PLACE.account}`)}${id}`;
}
