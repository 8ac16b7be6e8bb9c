import { strict as assert } from 'node:assert';
import test from 'node:test';
import { ada } from '../../workerd/people.mjs';
import { openProxy } from '../../workerd/proxy.mjs';
import { until } from '../../workerd/until.mjs';
import { startApache } from './apache.mjs';
import { RS256, address, provider } from './provider.mjs';
import { Visitor } from './visitor.mjs';

for (const [algorithm, vars] of Object.entries({ RS256, ES256: {} })) {
  test(`Apache signs a user in by the example with ${algorithm}, and out when the provider says so`, async (t) => {
    const here = await provider(t, vars);
    const app = await address();
    const { client_secret } = await here.register({
      client_id: 'shop',
      redirect_uris: [`${app.url}/cb`],
      backchannel_logout_uri: `${app.url}/cb?logout=backchannel`,
      id_token_signed_response_alg: algorithm,
    });
    const application = await openProxy(t);
    application.serve = (asked, answer) => answer.end(asked.headers.oidc_claim_email);
    await startApache(t, here, app, application.address, client_secret);

    const visitor = new Visitor(here);
    const { status, text, pages } = await visitor.signIn(`${app.url}/orders`);
    assert.deepEqual([status, text], [200, ada.email]);
    assert.deepEqual(pages, ['/account/signin', '/oauth/authorize', '/orders']);
    assert.equal((await visitor.open(app.url)).text, ada.email);

    await visitor.send(await visitor.open(`${here.issuer}/account`), '/account/signout', {});
    const signedOut = Date.now();
    await until(async () => (await visitor.open(app.url)).path === '/account/signin', 'the session of Apache does not end');
    t.diagnostic(`the session of Apache has ended ${Date.now() - signedOut} ms after that of the provider`);
  });
}
