// Pure: a model that asks the same again and again.
import { describe, expect, it } from 'vitest';
import { type PastCall, repetitionOf } from '../../core/repetition.ts';

const call = (result: string, tool = 'lookup', digest = 'args'): PastCall => ({ tool, arguments: digest, result });

describe('the same call with the same arguments', () => {
  it('may be made three times, whatever came of it', () => {
    expect(repetitionOf([], 'lookup', 'args')).toBeUndefined();
    expect(repetitionOf([call('r'), call('r')], 'lookup', 'args')).toBeUndefined();
  });

  it('is refused the fourth time if all results were the same', () => {
    const sentence = repetitionOf([call('r'), call('r'), call('r')], 'lookup', 'args');
    expect(sentence).toContain('lookup was called 3 times');
    expect(sentence).not.toContain('args');
  });

  it('is refused also when other calls were made in between', () => {
    const past = [call('r'), call('x', 'other'), call('r', 'lookup', 'more'), call('r'), call('y', 'other'), call('r')];
    expect(repetitionOf(past, 'lookup', 'args')).toBeTypeOf('string');
  });

  it('may go on while the results differ', () => {
    expect(repetitionOf([call('a'), call('b')], 'lookup', 'args')).toBeUndefined();
    expect(repetitionOf([call('a'), call('a'), call('b')], 'lookup', 'args')).toBeUndefined();
    expect(repetitionOf([call('a'), call('b'), call('a')], 'lookup', 'args')).toBeUndefined();
    expect(repetitionOf([call('a'), call('b'), call('b'), call('b')], 'lookup', 'args')).toBeTypeOf('string');
  });

  it('is another call where the tool or the arguments are others', () => {
    const past = [call('r'), call('r'), call('r')];
    expect(repetitionOf(past, 'search', 'args')).toBeUndefined();
    expect(repetitionOf(past, 'lookup', 'other')).toBeUndefined();
    expect(repetitionOf([call('r'), call('r'), call('r', 'lookup', 'other')], 'lookup', 'args')).toBeUndefined();
  });
});
