/** A part of the stack that is killed and started again. */

/** What `services/` starts. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  stop(): Promise<unknown>;
}

export interface Restartable {
  /** `kill -9`, then a new one. One at a time; resolves when the new one has been started. */
  kill(): Promise<void>;
  /** How often it was found to have ended by itself, that is, not by us. */
  readonly endedAlone: number;
  stop(): Promise<void>;
}

/** @param onStarted is told of every one that is started, the first included */
export async function restartable<R extends Running>(
  start: () => Promise<R>,
  onStarted: (running: R) => void = () => undefined,
): Promise<Restartable> {
  let endedAlone = 0;
  let current = await launch();
  let turn = Promise.resolve();

  async function launch() {
    const running = await start();
    let ended = false;
    const gone = running.exited.then(() => {
      ended = true;
    });
    onStarted(running);
    return { running, gone, isGone: () => ended };
  }

  async function kill(): Promise<void> {
    if (current.isGone()) endedAlone += 1;
    else process.kill(current.running.pid, 'SIGKILL');
    await current.gone;
    current = await launch();
  }

  return {
    // two kills at once would start two of it and lose one of them
    kill: () => {
      turn = turn.then(kill);
      return turn;
    },
    get endedAlone() {
      return endedAlone;
    },
    stop: async () => {
      await turn.catch(() => undefined);
      await current.running.stop();
    },
  };
}
