/** `handback`: what an author of agents imports. */
export {
  type Agent,
  type AgentSpec,
  defineAgent,
  defineTool,
  type Reconciliation,
  type Tool,
  type ToolAnswer,
  type ToolContext,
  type ToolSpec,
} from './agents/define.ts';
export { DefinitionError } from './agents/definition-error.ts';
export type { Duration } from './agents/duration.ts';
export type { EffectContext } from './agents/effect-key.ts';
export { type HttpToolRequest, type HttpToolSpec, httpTool } from './agents/http-tool.ts';
export type { McpHttpServer } from './agents/mcp-http.ts';
export type { McpStdioServer } from './agents/mcp-stdio.ts';
export { type McpToolSpec, type McpTools, type McpToolsSpec, mcpTools } from './agents/mcp-tools.ts';
export type { AgentHost, AgentsModule } from './agents/module.ts';
export type { Customer } from './core/conversation.ts';
export { type Failure, FailureError, type FailureKind } from './core/failure.ts';
export type { Json, Limits, Manifest, ModelManifest, Permission, ToolManifest } from './core/manifest.ts';
export type { ToolOutcome, ToolResult } from './core/tool-result.ts';
export type { Database, Queryable, Statement } from './db/database.ts';
