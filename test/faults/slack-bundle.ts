import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { requestFrom } from '../services/slack.ts';

/** Environment variables that this module reads: Slack has no endpoint setting. */
export interface SlackBundleVariables {
  /** The bundle of the function. */
  readonly TEST_BUNDLE_URL: string;
  /** The local endpoint that serves as Slack. */
  readonly TEST_SLACK_URL: string;
}

const { TEST_BUNDLE_URL, TEST_SLACK_URL } = process.env as NodeJS.ProcessEnv & SlackBundleVariables;
https.request = requestFrom(TEST_SLACK_URL);
// For code that imports `request` by name.
syncBuiltinESMExports();

/** The bundle's own handler, which now reaches the local Slack only. */
export const { handler } = (await import(TEST_BUNDLE_URL)) as { readonly handler: unknown };
