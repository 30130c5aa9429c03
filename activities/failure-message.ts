/** Tools of other services need these too, so they live in the core. */
export { echoes, retryAfterMs, safeMessage } from '../core/failure-message.ts';
