/** What a check found in a reply. `start` and `end` count UTF-16 units of the reply. */
export interface Finding {
  /** What it is, within the check: a category of promise, `banned`, `marker`. */
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** For engineers and for the model that is told to say it otherwise; never quotes the reply. */
  readonly reason: string;
}
