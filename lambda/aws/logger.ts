import { Logger } from '@aws-lambda-powertools/logger';

/** One JSON line per event. Each handler puts taskId, execution and turn on every line. */
export const logger = new Logger();
