// Requests to Gatehouse and their answers.

import { GatehouseError } from './error.js';

export type Fetch = (request: Request) => Promise<Response>;

export interface Answer {
  /** Of an answer without a body: undefined. */
  json: unknown;
  /** The header `Date` in milliseconds; 0 if a script may not read it. */
  date: number;
}

/** A request to Gatehouse. A redirect is not followed: its target would get tokens and passwords. */
export function jsonRequest(url: string, method: string, body?: unknown, init?: RequestInit): Request {
  const own: RequestInit = { ...init, method, redirect: 'manual' };
  if (body === undefined) return new Request(url, own);
  return new Request(url, { ...own, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** Sends a request. Without an answer it throws `offline`, unless the caller has aborted it. */
export async function send(fetch: Fetch, request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new GatehouseError('offline', { cause });
  }
}

/** The answer of Gatehouse; throws what it refuses. */
export async function answerOf(response: Response): Promise<Answer> {
  const date = Date.parse(response.headers.get('Date') ?? '') || 0;
  const text = await response.text().catch((cause: unknown) => {
    throw new GatehouseError('offline', { cause });
  });
  const json = parsed(text) as { data?: { error?: never } } | undefined;
  if (response.ok && (json || !text)) return { json, date };
  const { status } = response;
  const error = json?.data?.error ?? (status >= 500 ? 'unavailable' : 'unexpected');
  throw new GatehouseError(error, { status, data: json?.data, requestId: response.headers.get('X-Request-Id') });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
