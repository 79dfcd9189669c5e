import { MalformedItemError } from '../errors.ts';
import { logger } from './logger.ts';
import { countUnreadableItem } from './metrics.ts';

/** Hears of an item that cannot be read and is skipped. */
export type OnUnreadable = (error: MalformedItemError) => void;

/** One bad item harms nothing else: it is skipped, with a warning and a metric that sets off an alarm. */
export const skipUnreadable: OnUnreadable = (error) => {
  logger.warn('Skipped an item that cannot be read', { error });
  countUnreadableItem();
};

/** Reads an item. One that cannot be read is skipped: it is undefined. */
export function readable<Item, Read>(
  read: (item: Item) => Read,
  item: Item,
  onUnreadable: OnUnreadable,
): Read | undefined {
  try {
    return read(item);
  } catch (error) {
    if (!(error instanceof MalformedItemError)) throw error;
    onUnreadable(error);
    return undefined;
  }
}
