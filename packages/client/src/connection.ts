// Requests with and without the session's token.

import { GatehouseError } from './error.js';
import { type Answer, type Fetch, answerOf, jsonRequest, send } from './http.js';
import { type Identity, type Tokens, identityOf } from './pair.js';
import type { AnswerTo, Body, Route } from './routes.js';
import type { Session } from './session.js';

/** The parts of a path that are ids. */
type Filled<R extends string> = R extends `${infer Head}{id}${infer Tail}` ? `${Head}${string}${Tail}` : R;

export class Connection {
  readonly #origins: Set<string>;

  constructor(
    readonly url: string,
    readonly session: Session,
    readonly plain: Fetch,
    apis: readonly string[],
  ) {
    const here = globalThis.location ? [location.origin] : [];
    this.#origins = new Set([url, ...apis].map((address) => new URL(address).origin).concat(here));
  }

  /** As `fetch`, with the token. If the API says that it has expired, the request is sent once more with the next one. */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> =>
    (await this.#sent(new Request(input, init))).response;

  /** The answer, and the token that it is for. */
  async #sent(request: Request): Promise<{ response: Response; token: string | null }> {
    const { origin } = new URL(request.url);
    if (!this.#origins.has(origin)) throw new TypeError(`no token is sent to ${origin}: list it in the option "apis"`);
    const again = request.clone();
    const token = await this.session.token();
    const response = await send(this.plain, withToken(request, token));
    if (!token || !isRefused(response)) return { response, token };
    const next = await this.session.renew(token);
    // What one user has asked for is not done as another, who has signed in meanwhile.
    if (!next || next.token === token || identityOf(next).id !== identityOf({ token }).id) return { response, token };
    await response.body?.cancel();
    return { response: await send(this.plain, withToken(again, next.token)), token: next.token };
  }

  /** Posts what needs no session. */
  async open<R extends Route<'post'>>(route: R, body?: Body<R>): Promise<AnswerTo<'post', R>> {
    return (await this.#post(route, body)).json as AnswerTo<'post', R>;
  }

  /** Posts what begins a session; what answers without one has confirmed the session there is. */
  async signIn<R extends Route<'post'>>(route: R, body: Body<R>): Promise<Identity> {
    const { json, date } = await this.#post(route, body);
    if ((json as Partial<Tokens>).token) return this.session.begin(json as Tokens, date);
    return this.reissued();
  }

  /** Who is signed in, after the session has been proved anew. */
  async reissued(): Promise<Identity> {
    await this.session.reissue();
    const snapshot = this.session.snapshot();
    if (snapshot.status !== 'signed_in') throw new GatehouseError('unauthorized', { status: 401 });
    return snapshot.user;
  }

  get = <R extends Route<'get'>>(route: R, path: Filled<R> = route as Filled<R>) =>
    this.#own('GET', path) as Promise<AnswerTo<'get', R>>;

  post = <R extends Route<'post'>>(route: R, body?: Body<R>, path: Filled<R> = route as Filled<R>) =>
    this.#own('POST', path, body ?? {}) as Promise<AnswerTo<'post', R>>;

  delete = async <R extends Route<'delete'>>(route: R, path: Filled<R> = route as Filled<R>): Promise<void> => {
    await this.#own('DELETE', path);
  };

  async #post(route: string, body: unknown = {}): Promise<Answer> {
    return answerOf(await send(this.plain, jsonRequest(`${this.url}/api/auth/${route}`, 'POST', body)));
  }

  /** Asks with the session's token, and never with a cookie in its place. */
  async #own(method: string, path: string, body?: unknown): Promise<unknown> {
    if (!(await this.session.token())) throw new GatehouseError('unauthorized', { status: 401 });
    const { response, token } = await this.#sent(jsonRequest(`${this.url}/api/auth/${path}`, method, body));
    // A token that is refused now cannot be renewed.
    if (token && isRefused(response)) await this.session.refused(token);
    return (await answerOf(response)).json;
  }
}

function withToken(request: Request, token: string | null): Request {
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
}

/** RFC 6750 §3.1: the token has expired, has been revoked, or is none. */
const isRefused = (response: Response): boolean =>
  response.status === 401 && /invalid_token/.test(response.headers.get('WWW-Authenticate') ?? '');
