// Every mail provider besides Resend, each as a local server that speaks its API as the vendor documents it, and is as strict:
// with its own authentication, its own format and its own errors.

import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { activate, activationToken, ada, register } from './people.mjs';
import { until } from './until.mjs';
import { open } from './worker.mjs';

const KEY = 'key-0123456789abcdef';
const ACCOUNT = '023e105f4ecef8ad9ca31a8372d0c353';
const FROM = 'noreply@mail.example';
const isAddress = (text) => /^[^\s@<>,]+@[\w.-]+$/.test(text);
const isSender = (text) => text === `"The Example Inc." <${FROM}>`;

// Each vendor's request, acceptance and refusal. `read` returns the email or throws a response: [status, body].
const vendors = {
  // https://postmarkapp.com/developer/api/email-api, …/developer/api/overview#error-codes
  postmark: {
    path: '/email',
    admits: ({ 'x-postmark-server-token': token }) => token === KEY,
    unknown: [401, { ErrorCode: 10, Message: 'The Server Token you provided in the request was invalid.' }],
    unmended: [422, { ErrorCode: 412, Message: 'Your account is pending approval.' }],
    refusal: [422, { ErrorCode: 406, Message: 'You tried to send to a recipient that has been marked as inactive.' }],
    accepted: [200, { ErrorCode: 0, Message: 'OK', MessageID: 'b7bc2f4a-e38e-4336-af7d-e6c392c2f817' }],
    read({ accept }, type, body) {
      if (type !== 'application/json' || accept !== 'application/json') throw [422, { ErrorCode: 409 }];
      const { From, To, Subject, TextBody, HtmlBody, MessageStream, TrackLinks, Headers } = JSON.parse(body);
      if (!isSender(From) || !isAddress(To) || !(TextBody || HtmlBody)) throw [422, { ErrorCode: 300 }];
      if (MessageStream !== 'outbound') throw [422, { ErrorCode: 1235 }];
      const headers = Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value]));
      return { to: To, subject: Subject, text: TextBody, html: HtmlBody, headers, tracked: TrackLinks !== 'None' };
    },
  },

  // https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send and …/mail-send/errors
  sendgrid: {
    path: '/v3/mail/send',
    admits: ({ authorization }) => authorization === `Bearer ${KEY}`,
    unknown: [401, { errors: [{ message: 'The provided authorization grant is invalid, expired, or revoked' }] }],
    unmended: [403, { errors: [{ message: 'The from address does not match a verified Sender Identity.' }] }],
    refusal: [400, { errors: [{ message: 'Does not contain a valid address.', field: 'personalizations.0.to.0.email' }] }],
    accepted: [202],
    read({ accept }, type, body) {
      if (accept !== 'application/json') throw [406, {}];
      if (type !== 'application/json') throw [415, {}];
      const { personalizations, from, subject, headers, content, tracking_settings } = JSON.parse(body);
      const [{ to }] = personalizations;
      if (!isAddress(from.email) || !isAddress(to[0].email) || !subject) throw [400, { errors: [] }];
      const [text, html] = content;
      if (text.type !== 'text/plain' || html.type !== 'text/html') throw [400, { errors: [{ field: 'content' }] }];
      const { enable, enable_text } = tracking_settings.click_tracking;
      return { to: to[0].email, subject, text: text.value, html: html.value, headers, tracked: enable || enable_text };
    },
  },

  // https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages
  mailgun: {
    path: '/v3/mg.mail.example/messages',
    settings: { MAIL_DOMAIN: 'mg.mail.example' },
    admits: ({ authorization }) => authorization === `Basic ${Buffer.from(`api:${KEY}`).toString('base64')}`,
    unknown: [401, 'Forbidden'],
    unmended: [404, { message: 'Domain not found: mg.mail.example' }],
    refusal: [400, { message: 'to parameter is not a valid address. please check documentation' }],
    accepted: [200, { id: '<20261122.1@mg.mail.example>', message: 'Queued. Thank you.' }],
    read(asked, type, body) {
      if (type !== 'application/x-www-form-urlencoded') throw [400, { message: 'from parameter is missing' }];
      const form = new URLSearchParams(body);
      const [from, to, subject, text, html] = ['from', 'to', 'subject', 'text', 'html'].map((name) => form.get(name));
      if (!isSender(from)) throw [400, { message: 'from parameter is not a valid address. please check documentation' }];
      if (!isAddress(to)) throw this.refusal;
      if (!text && !html) throw [400, { message: "Need at least one of 'text' or 'html' parameters specified" }];
      const headers = { 'Auto-Submitted': form.get('h:Auto-Submitted') };
      return { to, subject, text, html, headers, tracked: form.get('o:tracking') !== 'no' };
    },
  },

  // https://developers.cloudflare.com/email-service/api/send-emails/rest-api/
  cloudflare: {
    path: `/client/v4/accounts/${ACCOUNT}/email/sending/send`,
    base: '/client/v4',
    settings: { MAIL_ACCOUNT_ID: ACCOUNT },
    admits: ({ authorization }) => authorization === `Bearer ${KEY}`,
    unknown: [401, { success: false, errors: [{ code: 10000, message: 'Authentication error' }], result: null }],
    unmended: [403, { success: false, errors: [{ code: 10203, message: 'email.sending.error.email.sending_disabled' }] }],
    refusal: [200, { success: true, errors: [], result: { delivered: [], permanent_bounces: [ada.email], queued: [] } }],
    accepted: [200, { success: true, errors: [], result: { delivered: [ada.email], permanent_bounces: [], queued: [] } }],
    read(asked, type, body) {
      const { from, to, subject, text, html, headers } = JSON.parse(body);
      const sender = typeof from === 'string' ? isAddress(from) : isAddress(from.address) && from.name;
      if (type !== 'application/json' || !sender || !isAddress(to) || !subject || !(text || html))
        throw [400, { success: false, errors: [{ code: 10001, message: 'email.sending.error.invalid_request_schema' }] }];
      // https://developers.cloudflare.com/email-service/reference/headers/
      const permitted = ([name, value]) => name === 'Auto-Submitted' && value === 'auto-generated';
      if (!Object.entries(headers).every(permitted)) throw [400, { success: false, errors: [{ code: 10001, message: 'E_HEADER_NOT_ALLOWED' }] }];
      return { to, subject, text, html, headers };
    },
  },
};

/** Opens a vendor's server that closes with the test. `moods` are the responses before it works, perhaps with further headers. */
async function provider(t, name, ...moods) {
  const vendor = vendors[name];
  const emails = [];
  const answers = [];
  const judge = ({ method, url, headers }, body) => {
    if (method !== 'POST' || url !== vendor.path) return [404, {}];
    if (!vendor.admits(headers)) return vendor.unknown;
    try {
      const email = vendor.read(headers, headers['content-type'], body);
      const mood = moods.shift();
      if (mood) return mood;
      emails.push(email);
      return vendor.accepted;
    } catch (answer) {
      return Array.isArray(answer) ? answer : [400, { error: String(answer) }];
    }
  };
  const server = createServer(async (request, response) => {
    const [status, body, headers] = judge(request, Buffer.concat(await request.toArray()).toString());
    answers.push(status);
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body && JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const settings = {
    MAIL_PROVIDER: name,
    MAIL_API_URL: `http://127.0.0.1:${server.address().port}${vendor.base ?? ''}`,
    MAIL_API_KEY: KEY,
    MAIL_FROM: `The Example Inc. <${FROM}>`,
    ...vendor.settings,
  };
  return { emails, answers, settings };
}

/** The one row of the outbox, once an attempt has been reported. */
function reported(worker, attempts) {
  const find = async () => (await worker.sql('SELECT * FROM outbox WHERE attempts = ? AND lease_until IS NULL', attempts))[0];
  return until(find, () => `attempt ${attempts} is not reported (${worker.log.join('\n')})`);
}

for (const [name, vendor] of Object.entries(vendors)) {
  test(`${name} carries a registration's email`, async (t) => {
    const mail = await provider(t, name);
    const worker = await open(t, { mail });
    assert.equal((await register(worker, ada)).status, 200);
    const { sent_at, sealed } = await reported(worker, 1);
    assert.deepEqual(mail.answers, [vendor.accepted[0]]);
    assert.ok(sent_at);
    assert.equal(sealed, null);

    const [email] = mail.emails;
    assert.equal(email.to, ada.email);
    assert.equal(email.subject, 'Activate your Gatehouse account');
    assert.ok(!email.tracked, 'a tracked link leads through a stranger');
    assert.deepEqual(email.headers, { 'Auto-Submitted': 'auto-generated' });
    const token = activationToken(email);
    assert.ok(email.html.includes(token));
    assert.equal((await activate(worker, token)).status, 200);
  });

  test(`an email waits for a key or an account at ${name} to be mended`, async (t) => {
    const mail = await provider(t, name, vendor.unmended);
    const worker = await open(t, { mail, vars: { MAIL_API_KEY: 'a-wrong-one' } });
    assert.equal((await register(worker, ada)).status, 200);
    assert.equal((await reported(worker, 1)).dead_at, null);
    assert.match((await worker.get('/health/ready')).json.checks.mail, /refuses our key/);

    await worker.close();
    worker.settings.MAIL_API_KEY = KEY;
    await worker.reopen();
    for (const attempt of [2, 3]) {
      await worker.sql('UPDATE outbox SET next_at = 0');
      await worker.cron();
      assert.equal((await reported(worker, attempt)).dead_at, null);
    }
    assert.deepEqual(mail.answers, [vendor.unknown[0], vendor.unmended[0], vendor.accepted[0]]);
    assert.equal(mail.emails.length, 1);
    assert.equal((await worker.get('/health/ready')).json.checks.mail, 'ok');
  });

  test(`an email that ${name} refuses is given up`, async (t) => {
    const mail = await provider(t, name, vendor.refusal);
    const worker = await open(t, { mail });
    assert.equal((await register(worker, ada)).status, 200);
    const { dead_at, refused, sealed } = await reported(worker, 1);
    assert.ok(dead_at);
    assert.deepEqual([refused, sealed], [1, null]);
    assert.equal((await worker.get('/health/ready')).status, 200, 'any stranger can bring this about');
  });
}

test('a provider that names a time is not asked before it', async (t) => {
  const mail = await provider(t, 'postmark', [429, {}, { 'Retry-After': '600' }]);
  const worker = await open(t, { mail });
  const before = Date.now();
  assert.equal((await register(worker, ada)).status, 200);
  const { next_at } = await reported(worker, 1);
  assert.ok(next_at >= before + 600_000 && next_at <= Date.now() + 600_000);
});

test('what a provider needs and does not have is named', async (t) => {
  const worker = await open(t, { vars: { MAIL_PROVIDER: 'cloudflare' } });
  const ready = await worker.get('/health/ready');
  assert.equal(ready.status, 503);
  for (const variable of ['MAIL_API_KEY', 'MAIL_FROM', 'MAIL_ACCOUNT_ID']) assert.match(ready.text, new RegExp(variable));
});
