// What goes wrong, as one class with the stable code of docs/use/API.md.

import type { components } from './openapi.js';

type Body = components['schemas']['Error']['data'];

/**
 * The codes of Gatehouse, and three of this package: `offline` (no answer came), `unexpected` (an answer that is not
 * Gatehouse's), and `redirect_mismatch` (the browser came back from a sign-in that this browser tab has not asked for).
 */
export type ErrorCode = components['schemas']['Word'] | 'offline' | 'unexpected' | 'redirect_mismatch';

export type Weakness = components['schemas']['Weakness'];
export type SecondFactor = NonNullable<Body['methods']>[number];

/** What errors of some codes carry. */
interface Details {
  invalid_request: { field?: string };
  weak_password: { reasons: Weakness[] };
  rate_limited: { retry_after: number };
  too_many_attempts: { retry_after: number };
  unavailable: { retry_after?: number };
  second_factor_required: { mfa_token: string; methods: SecondFactor[] };
  second_factor_enrolment_required: { mfa_token: string };
}

export type ErrorData<Code extends ErrorCode> = Code extends keyof Details ? Details[Code] : object;

export class GatehouseError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'GatehouseError';
  /** The status of the answer; 0 without one. */
  readonly status: number;
  /** The stable code. */
  readonly error: Code;
  readonly data: ErrorData<Code>;
  /** Names the request in Gatehouse's log. */
  readonly requestId: string | null;

  constructor(error: Code, options: { status?: number; data?: unknown; requestId?: string | null; cause?: unknown } = {}) {
    super(error, 'cause' in options ? { cause: options.cause } : undefined);
    this.error = error;
    this.status = options.status ?? 0;
    this.data = (options.data ?? {}) as ErrorData<Code>;
    this.requestId = options.requestId ?? null;
  }
}

/** Whether an error has this code; TypeScript then knows its `data`. */
export function isError<Code extends ErrorCode>(error: unknown, code: Code): error is GatehouseError<Code> {
  return error instanceof GatehouseError && error.error === code;
}

/** Whether the same request may succeed in a moment. */
export const isTemporary = (error: unknown): boolean =>
  error instanceof GatehouseError && (error.error === 'offline' || error.status >= 500);
