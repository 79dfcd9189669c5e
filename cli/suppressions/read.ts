import { type AuditSuppression, IoTClient, paginateListAuditSuppressions } from '@aws-sdk/client-iot';
import { checkInfo } from '../../lambda/audit/answer/check-catalogue.ts';
import { resourceOf } from '../../lambda/audit/answer/finding.ts';
import { DAY_MS } from '../../lambda/audit/text/duration.ts';
import { ask, everyItem } from '../shared/aws/failed-call.ts';
import { clientSettings, type Target } from '../shared/aws/target.ts';
import type { SuppressionsDocument } from './schema.ts';

type Suppression = SuppressionsDocument['suppressions'][number];

const SOON_MS = 30 * DAY_MS;
/** Sorts behind every day. */
const LAST = '~';

/** Every suppression of the account and Region, the next to end first. @throws FailedCallError */
export async function readSuppressions(
  target: Target,
  region: string,
  checkName: string | undefined,
  now: number,
): Promise<Suppression[]> {
  const client = new IoTClient({ ...clientSettings(target, 'IOT'), region });
  const pages = paginateListAuditSuppressions({ client }, { checkName });
  const all = everyItem(pages, ({ suppressions }) => suppressions);
  const suppressions = await ask('iot:ListAuditSuppressions', all).finally(() => client.destroy());
  return suppressions.map((suppression) => toSuppression(suppression, now)).sort(nextFirst);
}

function toSuppression(
  { checkName = '', resourceIdentifier = {}, expirationDate, suppressIndefinitely, description }: AuditSuppression,
  now: number,
): Suppression {
  return {
    checkName,
    title: checkInfo(checkName).title,
    resource: resourceOf({ identifier: resourceIdentifier }),
    resourceIdentifier: { ...resourceIdentifier },
    expiresAt: expirationDate?.toISOString(),
    indefinite: suppressIndefinitely === true,
    endsSoon: expirationDate !== undefined && expirationDate.getTime() - now <= SOON_MS,
    description,
  };
}

function nextFirst({ expiresAt: a = LAST }: Suppression, { expiresAt: b = LAST }: Suppression): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
