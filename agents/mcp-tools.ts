/**
 * Tools of an MCP server, as the platform's own: listed once, when the agents file is loaded, and pinned as they were then.
 * What a server says about its own harmlessness is its word: what is not named here is denied, and what is named changes
 * something unless the author says otherwise.
 */
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Tool as McpTool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Json } from '../core/manifest.ts';
import { defineTool, type Tool, type ToolAnswer, type ToolSpec } from './define.ts';
import { DefinitionError, definitionSite } from './definition-error.ts';
import { compileSchema, type JsonSchema, plainSchema } from './json-schema.ts';
import { digestOf, type McpConnection, mcpConnection } from './mcp-connection.ts';
import { httpTransport, type McpHttpServer } from './mcp-http.ts';
import { answerOf, jsonOf, sentenceOf } from './mcp-result.ts';
import { type McpStdioServer, type StdioTransport, stdioTransport } from './mcp-stdio.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** What the author says about one tool: as in `defineTool`, but for what the server says. */
export interface McpToolSpec
  extends Pick<
    ToolSpec<Arguments, Json>,
    'permission' | 'idempotent' | 'timeout' | 'fallback' | 'authorize' | 'effectKey' | 'reconcile'
  > {
  /** Does a call change something? Default true. */
  readonly sideEffect?: boolean;
  /** What the model calls it; default: the prefix and the server's name for it. */
  readonly name?: string;
  /** What the model reads about it, instead of what the server says. */
  readonly description?: string;
  /**
   * What an answer marked as an error is: a "no" that the model reads, or a call that failed. Servers use the mark for both.
   * Default: `rejected` where the tool changes nothing, `failed` where it does, because only a "no" says that nothing changed.
   */
  readonly onError?: 'rejected' | 'failed';
  /** How far an answer can be relied on, 0 to 1; default 1. */
  readonly confidence?: number;
}

export interface McpToolsSpec {
  /** What the server is called in what the model reads, in failures and logs. */
  readonly name: string;
  readonly server: McpStdioServer | McpHttpServer;
  /** By the server's names. Whatever else it has is denied. */
  readonly tools: Readonly<Record<string, McpToolSpec>>;
  /** Put before every name, e.g. `crm_`. */
  readonly prefix?: string;
}

/** The tools, and a way to end the connection where no worker does it by ending: in tests and scripts. */
export type McpTools = readonly Tool[] & { close(): Promise<void> };

const SERVER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9 ._-]{0,62}$/;

/**
 * Connects, and lists the server's tools. The connection is kept for the calls and made again when it died; a server that is
 * a child process ends with this one.
 *
 * @throws DefinitionError also when the server cannot be reached: a worker without its tools is not to start
 * @example
 * export default async () => {
 *   const crm = await mcpTools({
 *     name: 'crm', server: { command: 'crm-mcp' },
 *     tools: { find_customer: { permission: 'allow', sideEffect: false } },
 *   });
 *   return [defineAgent({ id: 'sales', model: 'gpt-4o-mini', instructions: '…', tools: crm })];
 * };
 */
export async function mcpTools(spec: McpToolsSpec): Promise<McpTools> {
  const site = definitionSite();
  const wrong = (what: string, fix: string) => new DefinitionError(`MCP server "${spec.name}"`, what, fix, site);
  if (!SERVER_NAME.test(spec.name))
    throw wrong('has an odd name', 'Use 1 to 63 letters, digits, " ", ".", "_" or "-".');
  let last: Transport | StdioTransport | undefined;
  const connection = mcpConnection(spec.name, () => (last = transportOf(spec.server)));
  let listed: readonly McpTool[];
  try {
    listed = await connection.list();
  } catch (error) {
    const words = last !== undefined && 'lastWords' in last ? last.lastWords() : '';
    const reason = error instanceof Error ? error.message : String(error);
    throw wrong(
      `does not list its tools (${reason})${words === '' ? '' : `; it wrote: ${words}`}`,
      'url' in spec.server ? `Start it, or correct server.url, ${spec.server.url}.` : 'Try its command by hand.',
    );
  }
  try {
    checkNames(spec, listed, wrong);
    const tools = listed.map((tool) => mcpTool(spec, tool, connection, wrong));
    return Object.assign(tools, { close: () => connection.close() });
  } catch (error) {
    await connection.close();
    throw error instanceof DefinitionError ? error.at(site) : error;
  }
}

function transportOf(server: McpToolsSpec['server']): Transport | StdioTransport {
  return 'url' in server ? httpTransport(server) : stdioTransport(server);
}

type Wrong = (what: string, fix: string) => DefinitionError;

function checkNames(spec: McpToolsSpec, listed: readonly McpTool[], wrong: Wrong): void {
  const there = new Set(listed.map(({ name }) => name));
  for (const name of Object.keys(spec.tools)) {
    if (!there.has(name)) throw wrong(`has no tool "${name}"`, `It has: ${[...there].join(', ')}.`);
  }
  const taken = new Map<string, string>();
  for (const { name } of listed) {
    const mine = nameOf(spec, name);
    const other = taken.get(mine);
    if (other !== undefined) {
      throw wrong(
        `has two tools that would be called "${mine}": "${other}" and "${name}"`,
        `Name one of them: tools: { ${JSON.stringify(name)}: { permission: 'deny', name: '…' } }.`,
      );
    }
    taken.set(mine, name);
  }
}

/** Models accept letters, digits, "_" and "-", 64 of them. What the author wrote is not mended. */
function nameOf({ tools, prefix = '' }: McpToolsSpec, name: string): string {
  return settingsOf(tools, name)?.name ?? `${prefix}${name.replaceAll(/[^a-zA-Z0-9_-]/g, '_')}`.slice(0, 64);
}

function settingsOf(tools: McpToolsSpec['tools'], name: string): McpToolSpec | undefined {
  return Object.hasOwn(tools, name) ? tools[name] : undefined;
}

function mcpTool(spec: McpToolsSpec, listed: McpTool, connection: McpConnection, wrong: Wrong): Tool {
  const source = `MCP server ${spec.name}`;
  const settings = settingsOf(spec.tools, listed.name) ?? { permission: 'deny' };
  const { sideEffect = true, onError = sideEffect ? 'failed' : 'rejected', confidence = 1, ...rest } = settings;
  const name = nameOf(spec, listed.name);
  const inputSchema = asSchema(listed.inputSchema);
  const checkInput = compiled(listed, inputSchema, wrong);
  const checkOutput =
    listed.outputSchema === undefined ? undefined : compiled(listed, asSchema(listed.outputSchema), wrong);
  const pinned = { tool: listed.name, digest: digestOf(listed) };
  const tool = defineTool<Arguments, Json>({
    ...rest,
    name,
    description: settings.description ?? described(listed, spec.name),
    sideEffect,
    input: z.record(z.string(), z.unknown()).superRefine((value, context) => {
      const problem = checkInput(value);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    }),
    output: z.json(),
    async authorize(input, context) {
      const reason = await settings.authorize?.(input, context);
      if (reason !== undefined) return reason;
      // Here already, because a change whose server cannot be reached has not begun.
      await connection.ready({ ...pinned, signal: context.signal });
      return undefined;
    },
    async run(input, { signal, idempotencyKey }): Promise<ToolAnswer<Json>> {
      const meta = sideEffect ? { 'handback/idempotencyKey': idempotencyKey } : undefined;
      const answer = await connection.call({
        ...pinned,
        arguments: input,
        signal,
        ...(meta === undefined ? {} : { meta }),
      });
      if (answer.kind === 'refused') return { rejected: sentenceOf(answer.text) };
      return answerOf(answer.result, { tool: listed.name, source, checkOutput, onError, confidence });
    },
  });
  // As the server wrote it, instead of what zod makes of the check above.
  return { ...tool, manifest: Object.freeze({ ...tool.manifest, input: plainSchema(inputSchema) }) };
}

function described({ description, title, name }: McpTool, server: string): string {
  return [description, title].find((text) => text !== undefined && text.trim() !== '') ?? `${name} of ${server}`;
}

function asSchema(schema: McpTool['inputSchema']): JsonSchema {
  const json = jsonOf(schema);
  // It is an object: the protocol's own schema was checked when the tools were listed.
  return json as JsonSchema;
}

function compiled({ name }: McpTool, schema: JsonSchema, wrong: Wrong): (value: unknown) => string | undefined {
  try {
    return compileSchema(schema);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw wrong(`has a tool "${name}" whose schema cannot be checked (${reason})`, 'Have the server mend it.');
  }
}
