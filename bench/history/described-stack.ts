import { createServer } from 'node:http';
import { listen, urlOf } from '../../local/services/endpoint.ts';

const STACK = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>AuditWatcher</StackName><StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/AuditWatcher/1</StackId>
<CreationTime>2026-10-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
<Outputs><member><OutputKey>TableName</OutputKey><OutputValue>AuditWatcherTable</OutputValue></member></Outputs>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

/** CloudFormation, as far as the commands ask it: it describes one stack. */
export interface DescribedStack {
  readonly url: string;
  close(): void;
}

export async function describeStack(): Promise<DescribedStack> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end(STACK));
  });
  await listen(server);
  return { url: urlOf(server), close: () => server.close() };
}
