import { Aws, Fn, Names } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** A hyphen and the stack's own id. */
const SUFFIX_LENGTH = 37;

/**
 * A name for a resource to which CloudFormation would give the same name again: it ends in the stack's own id. Without that the
 * name could still be taken when a stack follows another of the same name, by what was retained or is still being deleted.
 */
export function uniqueName(scope: Construct, maxLength: number): string {
  const stackGuid = Fn.select(2, Fn.split('/', Aws.STACK_ID)); // arn:…:stack/<name>/<guid>
  return `${Names.uniqueResourceName(scope, { maxLength: maxLength - SUFFIX_LENGTH })}-${stackGuid}`;
}
