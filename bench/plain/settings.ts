/** What the plain conversation's processes are started with: one JSON argument. */

export interface PlainSettings {
  readonly temporalAddress: string;
  readonly taskQueue: string;
  readonly databaseUrl: string;
  readonly modelUrl: string;
  readonly bundlePath: string;
  readonly port: number;
}

/** Written by `bench/stack.ts` and by nobody else, hence not checked. */
export function plainSettings(argv: readonly string[]): PlainSettings {
  return JSON.parse(argv[2] ?? '') as PlainSettings;
}
