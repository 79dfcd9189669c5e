import { expect } from '@jest/globals';
import type { SlackMessage } from '../../../lambda/slack/block-kit.ts';

const LINK =
  /<https:\/\/(?:docs\.aws\.amazon\.com|[a-z0-9-]+\.console\.aws\.amazon\.com|console\.amazonaws-us-gov\.com|[a-z0-9-]+\.console\.amazonaws\.cn)\/[^<>|\s]+\|[A-Za-z ]+>/g;

/** Fails unless Slack would take the message, and nothing in it pings, links or formats that is not ours. */
export function expectSlackMessageWithinLimits(message: SlackMessage): void {
  expectSlackTakes(message);
  expect(textsOf(message).filter((one) => !isHarmless(one))).toEqual([]);
}

/** Fails unless Slack would take the message, and nothing in it pings or links elsewhere by a mark of Slack. */
export function expectSlackTakes(message: SlackMessage): void {
  const { text, blocks } = message;
  expect(JSON.stringify(message).length).toBeLessThanOrEqual(13_000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(blocks[0]).toMatchObject({ type: 'header', text: { type: 'plain_text', text } });
  expect(text.length).toBeLessThanOrEqual(150);
  expect(blocks.filter(({ type }) => type === 'header')).toHaveLength(1);
  for (const block of blocks) if (block.type === 'context') expect(block.elements.length).toBeLessThanOrEqual(10);
  // Plain text and mrkdwn at once: neither may show or mean an escape.
  expect(text).not.toMatch(/[&<>\n]/);
  const texts = textsOf(message);
  expect(texts.filter((one) => one.trim() === '' || one.length > 3000 || !one.isWellFormed())).toEqual([]);
  expect(texts.filter((one) => /<(?!https:\/\/)/.test(one))).toEqual([]);
}

function textsOf({ text, blocks }: SlackMessage): string[] {
  const texts = blocks.flatMap((block) => {
    if (block.type === 'context') return block.elements.map((element) => element.text);
    return block.type === 'section' ? [block.text.text] : [];
  });
  return [text, ...texts];
}

function isHarmless(text: string): boolean {
  const outsideLinks = text.replace(LINK, '');
  const outsideCode = outsideLinks.replace(/`[^`\n]+`/g, '');
  return (
    !/[<>@]/.test(outsideLinks) &&
    !/&(?!amp;|lt;|gt;)/.test(outsideLinks) &&
    !/`|~|:\/\//.test(outsideCode) &&
    outsideCode.split('\n').every((line) => (line.split('*').length - 1) % 2 === 0)
  );
}
