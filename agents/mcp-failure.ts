/** What went wrong between us and an MCP server. */
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { type Failure, FailureError } from '../core/failure.ts';
import { safeMessage } from '../core/failure-message.ts';
import { statusFailure } from './http-status.ts';

/**
 * @param signal when it has fired, that is the reason, whatever the exception looks like
 * @returns a `FailureError` where the protocol knows what happened; anything else as it is, for the platform's classifier
 */
export function mcpFailure(server: string, error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) return signal.reason;
  const failure = failureOf(error);
  if (failure === undefined) return error;
  return new FailureError({ ...failure, message: `MCP server ${server}: ${failure.message}` }, { cause: error });
}

function failureOf(error: unknown): Failure | undefined {
  if (error instanceof StreamableHTTPError) return httpFailure(error.code ?? 0);
  if (error instanceof McpError) return { kind: kindOf(error.code), message: safeMessage(error.message) };
  if (error instanceof z.core.$ZodError)
    return { kind: 'upstream_degraded', message: 'The answer is not as the protocol says.' };
  if (!(error instanceof Error)) return undefined;
  if (error.message === 'Not connected') return { kind: 'network', message: 'The connection is gone.' };
  if ('code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) {
    return { kind: 'configuration', message: `Its command cannot be run (${error.code}).` };
  }
  return undefined;
}

function httpFailure(status: number): Failure {
  // Below: the SDK could make nothing of the answer.
  if (status < 100) return { kind: 'upstream_degraded', message: 'The answer is not as the protocol says.' };
  const refused: Failure = {
    kind: status === 404 ? 'configuration' : 'invalid_request',
    message: `HTTP ${status}`,
    status,
  };
  return statusFailure(status, new Headers(), 0) ?? refused;
}

function kindOf(code: number): Failure['kind'] {
  switch (code) {
    case ErrorCode.ConnectionClosed:
      return 'network';
    case ErrorCode.RequestTimeout:
      return 'timeout';
    case ErrorCode.MethodNotFound:
    // The server wants a person to visit a page, and there is none.
    case ErrorCode.UrlElicitationRequired:
      return 'configuration';
    case ErrorCode.InvalidRequest:
      return 'invalid_request';
    default:
      return 'upstream_degraded';
  }
}
