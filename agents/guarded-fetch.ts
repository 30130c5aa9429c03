/**
 * HTTP requests that reach only where they may: a name is resolved here, every address it has is checked, and the
 * connection is made to those addresses and no others. A name that is resolved a second time, after the check, could by
 * then lead to another place (DNS rebinding).
 */
import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { FailureError } from '../core/failure.ts';
import { isPublicAddress } from './network-address.ts';

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface Guard {
  /** Whether private, loopback and link-local addresses may be reached. */
  readonly allowPrivateAddresses: boolean;
  /** An answer with more bytes is broken off. Does not count for a stream of events, which has no end. */
  readonly maxBytes: number;
  /** Every address of a name; default: as the operating system resolves it. */
  readonly resolve?: (host: string) => Promise<readonly Address[]>;
}

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Follows no redirect: it is an answer like any other. Bodies that are sent must be strings. */
export function guardedFetch(guard: Guard): Fetch {
  return async (url, init) => {
    const target = new URL(url);
    checkForm(target, guard);
    return send(target, init ?? {}, guard);
  };
}

/**
 * Looks whether `url` may be reached, without reaching it.
 *
 * @throws FailureError `permission_denied`, or what the resolver throws
 */
export async function checkTarget(url: URL, guard: Guard): Promise<void> {
  checkForm(url, guard);
  if (isIP(hostOf(url)) === 0) await checkedAddresses(hostOf(url), guard);
}

/** The URL parser has already turned decimal, octal and hexadecimal hosts into the address they mean. */
function checkForm(url: URL, guard: Guard): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw denied(`${url.protocol} is not http: or https:`);
  }
  // An address is connected to without being looked up.
  const host = hostOf(url);
  if (isIP(host) !== 0) checkAddress(host, host, guard);
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

async function checkedAddresses(host: string, guard: Guard): Promise<readonly Address[]> {
  const addresses = await (guard.resolve ?? resolveBySystem)(host);
  for (const { address } of addresses) checkAddress(host, address, guard);
  return addresses;
}

function resolveBySystem(host: string): Promise<readonly Address[]> {
  return lookup(host, { all: true });
}

function checkAddress(host: string, address: string, guard: Guard): void {
  if (guard.allowPrivateAddresses || isPublicAddress(address)) return;
  const where = host === address ? address : `${host} (${address})`;
  throw denied(`${where} is not on the internet; set allowPrivateAddresses: true if it is meant`);
}

function denied(why: string): FailureError {
  return new FailureError({ kind: 'permission_denied', message: `The request was not sent: ${why}.` });
}

function send(url: URL, init: RequestInit, guard: Guard): Promise<Response> {
  const lookup: LookupFunction = (host, options, callback) => {
    checkedAddresses(host, guard).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true) callback(null, [...addresses]);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
  const headers = new Headers(init.headers);
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity');
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(headers),
      lookup,
      // A connection of its own: one that is kept may break just when a change is sent over it, or was checked by a laxer guard.
      agent: false,
      ...(init.signal == null ? {} : { signal: init.signal }),
    });
    request.on('error', reject);
    request.on('response', (message) => {
      const status = message.statusCode ?? 502;
      const given = new Headers();
      for (const [name, values] of Object.entries(message.headersDistinct)) {
        for (const value of values ?? []) given.append(name, value);
      }
      const isStream = /^text\/event-stream\b/i.test(given.get('content-type') ?? '');
      const body = bounded(message, isStream ? Number.POSITIVE_INFINITY : guard.maxBytes);
      const isEmpty = status === 204 || status === 205 || status === 304;
      if (isEmpty) message.resume();
      resolve(new Response(isEmpty ? null : streamOf(body), { status, headers: given }));
    });
    request.end(typeof init.body === 'string' ? init.body : undefined);
  });
}

/** @throws FailureError `invalid_tool_output` at the first byte too many; the rest is not read */
async function* bounded(chunks: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > most) {
      throw new FailureError({
        kind: 'invalid_tool_output',
        message: `The answer has more than ${most} bytes. Ask for less, e.g. a page, or raise maxBytes.`,
      });
    }
    yield chunk;
  }
}

/** A body that is cancelled ends the chunks, and so the connection. */
export function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
