import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada, assertRefused, me } from '../workerd/people.mjs';
import { brought, homeWithApplication, ticketRequest } from './application.mjs';
import { site } from './attacker-site.mjs';
import { signIn, title, visitor } from './browser.mjs';

for (const script of [true, false]) {
  test(`who signs in for an application lands there with a ticket that is traded once${script ? '' : ', also without script'}`, async (t) => {
    const { worker, app } = await homeWithApplication(t);
    const page = await visitor(t, worker, { script });
    const { verifier, way } = ticketRequest(`${app.near}/in`, { state: 'tea & <biscuits>' });

    await page.goto(way);
    await signIn(page, { ...ada, password: 'not the password' });
    await signIn(page, ada);
    const [code, state] = brought(page, `${app.near}/in`);
    assert.equal(state, 'tea & <biscuits>');
    const trade = (body) => worker.post('/api/auth/exchange', { code, ...body });
    assertRefused(await trade({}), 400, 'invalid_request');
    const answer = await trade({ code_verifier: verifier });
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await me(worker, answer.json.token)).json.login, ada.login);
    assertRefused(await trade({ code_verifier: verifier }), 400, 'invalid_token');

    await page.goto(way); // and is not asked again
    const [next] = brought(page, `${app.near}/in`);
    assert.notEqual(next, code);
  });
}

test("a script of the application's page trades the ticket with its verifier, and its origin is no verifier", async (t) => {
  const { worker, app } = await homeWithApplication(t);
  const page = await visitor(t, worker, { expects: [/status of 400/] });
  const { verifier, way } = ticketRequest(`${app.near}/in`);
  await page.goto(way);
  await signIn(page, ada);
  const [code] = brought(page, `${app.near}/in`);
  const trade = (body) =>
    page.evaluate(async ([url, body]) => {
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    }, [`${worker.address}/api/auth/exchange`, body]);
  assert.equal((await trade({ code })).data.error, 'invalid_request');
  const { token } = await trade({ code, code_verifier: verifier });
  assert.equal((await me(worker, token)).json.login, ada.login);
});

test('an application that sends no challenge gets nobody back, signed in or not', async (t) => {
  const { worker, app } = await homeWithApplication(t);
  const page = await visitor(t, worker);
  const refuse = async () => {
    await page.goto(`/account/signin?r=${app.near}/in`);
    assert.equal(await title(page), "This link doesn't work");
    assert.equal(new URL(page.url()).origin, worker.address);
  };
  await refuse();
  await page.goto('/account/signin');
  await signIn(page, ada);
  await refuse();
  assert.deepEqual(app.asked, []);
});

test('where nobody may be sent nobody is, signed in or not', async (t) => {
  const evil = await site(t);
  const { worker, app } = await homeWithApplication(t);
  const page = await visitor(t, worker);
  const ways = [
    evil.near,
    `//${evil.address}`,
    `/\\${evil.address}`,
    `\\\\${evil.address}`,
    `/\t/${evil.address}`,
    `http:/${evil.address}`,
    `${worker.address}@${evil.address}`,
    `${worker.address}//${evil.address}`,
    `${app.near}/in/../out`,
    `${app.near}/in?x`,
    `${app.near}/in#x`,
    `javascript:location="${evil.near}"`,
    `data:text/html,<script>location="${evil.near}"</script>`,
  ];
  const refuse = async () => {
    for (const r of ways) {
      await page.goto(`/account/signin?r=${encodeURIComponent(r)}`);
      assert.equal(await title(page), "This link doesn't work", r);
      assert.equal(new URL(page.url()).origin, worker.address, r);
    }
  };
  await refuse();
  // These are paths of ours, despite their appearance.
  const odd = [`/.//${evil.address}`, `/account/..//${evil.address}`, `/%2F${evil.address}`];
  await page.goto(`/account/signin?r=${encodeURIComponent(odd[0])}`);
  await signIn(page, ada);
  for (const r of odd) {
    assert.equal(new URL(page.url()).origin, worker.address, r);
    await page.goto(`/account/signin?r=${encodeURIComponent(r)}`);
  }
  assert.equal(new URL(page.url()).origin, worker.address);
  await refuse();
  assert.deepEqual([...evil.asked, ...app.asked], []);
});
