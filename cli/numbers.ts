/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander';

/** For commander's options. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Use a whole number.');
  return value;
}
