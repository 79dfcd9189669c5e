import type { MalformedItemError } from '../errors.ts';
import { logger } from './logger.ts';
import { countUnreadableItem } from './metrics.ts';

/** Hears of an item that cannot be read and is skipped. */
export type OnUnreadable = (error: MalformedItemError) => void;

/** One bad item harms nothing else: it is skipped, with a warning and a metric that sets off an alarm. */
export const skipUnreadable: OnUnreadable = (error) => {
  logger.warn('Skipped an item that cannot be read', { error });
  countUnreadableItem();
};
