/** The entry of the workflow bundle. */
export { conversation } from './conversation.ts';
