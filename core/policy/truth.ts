/**
 * Three values. What cannot be evaluated (an argument that is missing or of another type, a tool that was not called) is
 * neither yes nor no, and saying no to it is no yes: `not` of unknown is unknown.
 */
export type Truth = 'yes' | 'no' | 'unknown';

export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.includes('unknown') ? 'unknown' : 'yes';
}

export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes('yes')) return 'yes';
  return truths.includes('unknown') ? 'unknown' : 'no';
}

export function not(truth: Truth): Truth {
  if (truth === 'unknown') return 'unknown';
  return truth === 'yes' ? 'no' : 'yes';
}

export function truthOf(value: boolean): Truth {
  return value ? 'yes' : 'no';
}
