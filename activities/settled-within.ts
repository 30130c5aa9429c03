/** Waits for a promise, but only so long. */

export type Settled<R> =
  | { readonly kind: 'done'; readonly value: R }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'slow' };

/** Never throws. @param ms after which the answer is `slow`; the work goes on */
export async function settledWithin<R>(result: Promise<R>, ms: number): Promise<Settled<R>> {
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<Settled<R>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'slow' }), ms);
  });
  const settled = result.then(
    (value): Settled<R> => ({ kind: 'done', value }),
    (error: unknown): Settled<R> => ({ kind: 'failed', error }),
  );
  try {
    return await Promise.race([settled, slow]);
  } finally {
    clearTimeout(timer);
  }
}
