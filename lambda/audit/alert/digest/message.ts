import type { AlertMessage } from '../alert-input.ts';
import { digestMetadata } from '../format/chat.ts';
import { digestMachineAlert } from '../format/digest-json.ts';
import { digest } from '../kinds/digest.ts';
import { writeAlert } from '../message.ts';
import { digestStory } from '../story.ts';
import { type DigestFacts, type DigestInput, gatherDigestFacts } from './facts.ts';

/** Writes a digest for every protocol. Pure. In a file of its own: only a stack with digests loads it. */
export function composeDigest(input: DigestInput): AlertMessage {
  const facts = gatherDigestFacts(input);
  const story = digestStory(facts, digest);
  return writeAlert(facts, story, digestMachineAlert(facts), digestMetadata(facts), attributes(facts));
}

/**
 * A digest reaches everybody whose filter has no `kinds`, whatever severity or audits they ask for: were it dropped in a good
 * week, they could not tell that from a watcher that is dead. So its attribute says CRITICAL, and names no audit.
 */
function attributes({ kind, accountId, region }: DigestFacts): AlertMessage['attributes'] {
  return { kind, severity: 'CRITICAL', account: accountId, region };
}
