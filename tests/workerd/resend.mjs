// A mail provider with Resend's API: https://resend.com/docs/api-reference/emails/send-email, with its rules for keys,
// `User-Agent` and idempotency. It keeps accepted emails, and can fail in the ways a provider fails.

import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { until } from './until.mjs';

/** Opens a provider that closes with the test. */
export async function resend(t) {
  const provider = new Resend();
  await provider.up();
  t.after(() => provider.refuse());
  return provider;
}

class Resend {
  /** Every accepted email, in order. */
  emails = [];
  /** Why requests were refused, for the error of a wait that times out. */
  refusals = [];

  #key = `re_${randomBytes(16).toString('hex')}`;
  #accepted = new Map();
  #mood = accept;
  #port = 0;
  #server;

  /** The settings a worker needs to send through this provider. */
  get settings() {
    return {
      MAIL_PROVIDER: 'resend',
      MAIL_API_URL: `http://127.0.0.1:${this.#port}`,
      MAIL_API_KEY: this.#key,
      MAIL_FROM: 'Gatehouse <noreply@login.example>',
    };
  }

  /** Works again, on the same port. */
  async up() {
    this.#mood = accept;
    if (this.#server) return;
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = this.#server.address().port;
  }

  /** Responds to everything with 503. */
  fail() {
    this.#mood = fail;
  }

  /** Accepts emails and closes the connection without a response. */
  hangUp() {
    this.#mood = hangUp;
  }

  /** Stops listening. */
  async refuse() {
    if (!this.#server) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    this.#server = undefined;
    await closed;
  }

  /** The newest email to an address; emails are sent after the response, so it may still be on its way. */
  emailTo(address, isTheOne = () => true) {
    const find = () => this.emails.findLast((email) => email.to.includes(address) && isTheOne(email));
    return until(find, () => `no email to ${address} comes (refused: ${JSON.stringify(this.refusals)})`);
  }

  async #serve(request, response) {
    const text = Buffer.concat(await request.toArray()).toString();
    this.#mood(response, () => {
      const [status, body] = this.#judge(request, text);
      if (status !== 200) this.refusals.push({ status, ...body });
      return { status, body };
    });
  }

  /** Status and body for a request to send. */
  #judge({ method, url, headers }, text) {
    const key = headers['idempotency-key'];
    if (!headers['user-agent']) return [403, { name: 'error code 1010', message: 'User-Agent is required' }];
    if (method !== 'POST' || url !== '/emails') return [404, { name: 'not_found' }];
    if (!headers.authorization) return [401, { name: 'missing_api_key' }];
    if (headers.authorization !== `Bearer ${this.#key}`) return [403, { name: 'invalid_api_key' }];
    // Resend accepts requests without the header; this server does not.
    if (!key || key.length > 256) return [400, { name: 'invalid_idempotency_key' }];

    const before = this.#accepted.get(key);
    if (before) return before.text === text ? [200, { id: before.id }] : [409, { name: 'invalid_idempotent_request' }];

    const email = JSON.parse(text);
    const incomplete = ['from', 'to', 'subject', 'html', 'text'].find((field) => !email[field]?.length);
    if (incomplete) return [422, { name: 'missing_required_field', message: incomplete }];

    const id = randomUUID();
    this.#accepted.set(key, { id, text });
    this.emails.push({ ...email, to: [email.to].flat() });
    return [200, { id }];
  }
}

function accept(response, judge) {
  const { status, body } = judge();
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function fail(response) {
  response.writeHead(503).end();
}

function hangUp(response, judge) {
  judge();
  response.socket.destroy();
}
