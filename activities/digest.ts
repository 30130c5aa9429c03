export { digestOf } from '../db/digest.ts';
