/** Page after page as one sequence. */

interface Page<T> {
  readonly items: readonly T[];
  /** The bookmark of the next page; `null`: there is none. */
  readonly next: number | null;
}

/** Asks for a page when everything before it was read. */
export async function* inPages<T>(
  read: (bookmark: { readonly after?: number }) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let page = await read({});
  yield* page.items;
  while (page.next !== null) {
    page = await read({ after: page.next });
    yield* page.items;
  }
}
