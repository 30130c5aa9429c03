/** Temporal's development server as a part of the embedded stack: started again when it dies. */
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { findTemporal } from '../../services/fetch.ts';
import { freePort, isPortFree } from '../../services/ports.ts';
import { startTemporal, type TemporalServer } from '../../services/temporal.ts';
import { CommandError, describe } from '../failure.ts';
import type { Home } from './home.ts';

export interface KeptTemporal {
  readonly address: string;
  /** Of its web pages. */
  readonly uiUrl: string | undefined;
  pid(): number;
  stop(): Promise<void>;
}

export interface KeepOptions {
  readonly config: Config;
  readonly home: Home;
  readonly say: (line: string) => void;
  /** Told after each restart. */
  readonly onRestart: (pid: number) => void;
}

const AGAIN_MS = 1_000;
const UI_ABOVE = 1_000;

/** @throws CommandError naming the variable to set when a port is taken; Error when the program cannot be had or run */
export async function keepTemporal({ config, home, say, onRestart }: KeepOptions): Promise<KeptTemporal> {
  const [binary, port, uiPort] = await Promise.all([
    findTemporal({ env: config.env, onProgress: say }),
    config.temporalPort === 0 ? freePort() : config.temporalPort,
    uiPortOf(config),
  ]);
  const start = () =>
    startTemporal({
      binary: binary.path,
      dataFile: home.temporalData,
      port,
      ...(uiPort === undefined ? {} : { uiPort }),
      logFile: join(home.logs, 'temporal.log'),
      namespace: config.temporal.namespace,
    });

  let stopping = false;
  let server = await start().catch(async (error: unknown) => {
    throw (await portProblem(port, uiPort)) ?? error;
  });
  let restarting = Promise.resolve();

  function watch(running: TemporalServer): void {
    void running.exited.then(({ code }) => {
      if (stopping) return;
      say(`Temporal ended by itself (exit code ${code}). Starting it again; messages are kept meanwhile ...`);
      restarting = startAgain();
    });
  }

  async function startAgain(): Promise<void> {
    while (!stopping) {
      try {
        server = await start();
        break;
      } catch (error) {
        say(`Temporal does not start: ${describe(error)}`);
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    if (stopping) return;
    say(`Temporal is back at ${server.address} (pid ${server.pid}).`);
    onRestart(server.pid);
    watch(server);
  }

  watch(server);
  return {
    address: server.address,
    uiUrl: uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`,
    pid: () => server.pid,
    async stop() {
      stopping = true;
      await restarting;
      await server.stop();
    },
  };
}

async function uiPortOf({ port, temporalPort, temporalUiPort }: Config): Promise<number | undefined> {
  if (temporalUiPort !== undefined) return temporalUiPort === 0 ? freePort() : temporalUiPort;
  const usual = temporalPort + UI_ABOVE;
  const possible = temporalPort !== 0 && usual !== port && usual <= 65_535;
  return possible && (await isPortFree(usual)) ? usual : undefined;
}

async function portProblem(port: number, uiPort: number | undefined): Promise<CommandError | undefined> {
  if (!(await isPortFree(port))) return taken(port, 'Temporal', 'HANDBACK_TEMPORAL_PORT');
  if (uiPort !== undefined && !(await isPortFree(uiPort))) {
    return taken(uiPort, "Temporal's web pages", 'HANDBACK_TEMPORAL_UI_PORT');
  }
  return undefined;
}

function taken(port: number, what: string, variable: string): CommandError {
  return new CommandError(
    `Port ${port} on 127.0.0.1, wanted by ${what}, is taken by another program. ` +
      `Stop it, or set ${variable}, e.g. ${variable}=${port + 1}.`,
  );
}
