// A client of identity providers that nobody here wrote, openid-client, with its requests led to a provider of these tests.

import * as client from 'openid-client';

export const REGISTERED = {
  clientId: 'client.example',
  clientSecret: 'a secret of a client that is long enough',
  redirectUri: 'https://login.example/callback',
};

/** openid-client's view of a provider. It verifies signatures even where TLS would do. `answers` keeps what it was answered. */
export async function discover(provider, issuer, how = client.ClientSecretPost(REGISTERED.clientSecret), answers = []) {
  const fetching = async (url, request) => {
    const answer = await provider.answer(new Request(url, request));
    answers.push(answer.clone());
    return answer;
  };
  const options = { [client.customFetch]: fetching, execute: [client.enableNonRepudiationChecks] };
  return client.discovery(new URL(issuer), REGISTERED.clientId, undefined, how, options);
}

/** Sends a browser to a provider and back, with PKCE. `redeem` takes what a test changes: the callback's address, the verifier. */
export async function send(provider, config, { deny, ...more } = {}) {
  const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
  const code_challenge = await client.calculatePKCECodeChallenge(verifier);
  const pkce = { code_challenge, code_challenge_method: 'S256' };
  const asked = { redirect_uri: REGISTERED.redirectUri, scope: 'openid email profile', ...pkce, state, nonce, ...more };
  const back = await provider.authorize(client.buildAuthorizationUrl(config, asked).href, { deny });
  const redeem = ({ as = config, at = REGISTERED.redirectUri, pkceCodeVerifier = verifier } = {}) => {
    const came = back.fields ? new Request(at, { method: 'POST', body: back.fields }) : new URL(at + back.search);
    return client.authorizationCodeGrant(as, came, { pkceCodeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
  };
  return { back, redeem };
}

export const signIn = async (provider, config, more) => (await send(provider, config, more)).redeem();
