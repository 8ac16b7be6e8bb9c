// Requests that fetch cannot send: with headers it would add or omit, or with a path it would resolve.

import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http from 'node:http';

/** Sends one request. Most requests here are answered with 200; of several, each status is right. */
export async function ask(url, { status = 200, ...request }, agent) {
  const answer = await send(url, request, agent);
  assert.ok([status].flat().includes(answer.status), `${request.method} ${request.path}: ${answer.status} ${answer.text}`);
  return answer;
}

/** Sends one request with exactly the given headers. */
export function send(url, { method, path, headers, body }, agent) {
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { agent, method, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('error', reject).on('data', (part) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    request.on('error', reject).end(body);
  });
}

/** Sends one request with its path unchanged: fetch would resolve it. `to` is a port, or the path of a socket. */
export async function exchange(to, options, body) {
  const asked = http.request({ ...to, ...options }).end(body);
  const [answer] = await once(asked, 'response');
  return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(await answer.toArray()).toString() };
}
