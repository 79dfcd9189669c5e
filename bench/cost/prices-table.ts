import { table } from '../markdown.ts';
import { PRICE, PRICES_OF } from './price-list.ts';

/** The price list as a table. */
export function pricesTable(): string {
  const million = (price: number) => `$${Number((price * 1e6).toFixed(4))} a million`;
  const gigabyte = (price: number) => `$${price.toFixed(2)} a GB`;
  return table(
    ['', `price, ${PRICES_OF}`],
    [
      ['state transition', million(PRICE.transition)],
      ['Lambda invocation', million(PRICE.invocation)],
      ['GB-second of Lambda on arm64', million(PRICE.gigabyteSecond)],
      ['DynamoDB write unit', million(PRICE.writeUnit)],
      ['DynamoDB read unit', million(PRICE.readUnit)],
      ['stored in DynamoDB for a month', gigabyte(PRICE.storedGigabyte)],
      ['its point-in-time recovery', gigabyte(PRICE.recoveryGigabyte)],
      ['SNS publish', million(PRICE.publish)],
      ['mail', million(PRICE.mail)],
      ['log data', gigabyte(PRICE.logGigabyte)],
      ['invocation by EventBridge Scheduler', million(PRICE.schedule)],
      ['custom metric', `$${PRICE.metric.toFixed(2)} a month`],
      ['metric of an alarm', `$${PRICE.alarmMetric.toFixed(2)} a month`],
    ],
  );
}
