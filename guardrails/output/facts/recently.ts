/**
 * Remembers what texts were read as: a conversation's results and instructions are the same at every reply. What is remembered
 * is found by the whole text, so one conversation learns nothing of another.
 */

/** Longer texts are read anew: together they would take too much memory. Characters. */
const LONGEST = 100_000;
const MOST = 400;

export function recently<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > LONGEST) return read(text);
    const found = known.get(text) ?? read(text);
    // What was used last goes to the end, and the first is forgotten.
    known.delete(text);
    known.set(text, found);
    if (known.size > MOST) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    return found;
  };
}
