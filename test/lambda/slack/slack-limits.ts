import { expect } from '@jest/globals';
import type { SlackMessage } from '../../../lambda/slack/block-kit.ts';

const LINK =
  /<https:\/\/(?:docs\.aws\.amazon\.com|[a-z0-9-]+\.console\.aws\.amazon\.com|console\.amazonaws-us-gov\.com|[a-z0-9-]+\.console\.amazonaws\.cn)\/[^<>|\s]+\|[A-Za-z ]+>/g;

/** Fails unless Slack would take the message, and nothing in it pings, links or formats that is not ours. */
export function expectSlackMessageWithinLimits(message: SlackMessage): void {
  const { text, blocks } = message;
  expect(JSON.stringify(message).length).toBeLessThanOrEqual(13_000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  const texts = [text];
  for (const block of blocks) {
    switch (block.type) {
      case 'header':
        expect(block.text).toMatchObject({ type: 'plain_text', text });
        expect(block.text.text.length).toBeLessThanOrEqual(150);
        break;
      case 'section':
        texts.push(block.text.text);
        break;
      case 'context':
        expect(block.elements.length).toBeLessThanOrEqual(10);
        texts.push(...block.elements.map((element) => element.text));
        break;
    }
  }
  expect(blocks.map(({ type }) => type).filter((type) => type === 'header')).toEqual(['header']);
  // Plain text and mrkdwn at once: neither may show or mean an escape.
  expect(text).not.toMatch(/[&<>\n]/);
  expect(texts.filter((one) => one.trim() === '' || one.length > 3000)).toEqual([]);
  expect(texts.filter((one) => !isHarmless(one))).toEqual([]);
}

function isHarmless(text: string): boolean {
  const outsideLinks = text.replace(LINK, '');
  const outsideCode = outsideLinks.replace(/`[^`\n]+`/g, '');
  return (
    text.isWellFormed() &&
    !/[<>@]/.test(outsideLinks) &&
    !/&(?!amp;|lt;|gt;)/.test(outsideLinks) &&
    !/`|~|:\/\//.test(outsideCode) &&
    outsideCode.split('\n').every((line) => (line.split('*').length - 1) % 2 === 0)
  );
}
