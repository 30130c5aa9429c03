/** What the recorder in the workflow bundle says to the process outside. */

/** A command as the SDK names it, e.g. `scheduleLocalActivity`. */
export interface SentCommand {
  readonly command: string;
  /** Counted from 1 per kind of command. */
  readonly seq?: number;
  /** The type of an activity or workflow, the name of a patch or signal. */
  readonly name?: string;
}

export type RecorderSinks = {
  recorder: {
    /** @param startedEventId the event that started the workflow task in which the commands were made */
    made(startedEventId: number, commands: readonly SentCommand[]): void;
  };
};
