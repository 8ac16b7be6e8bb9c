// What fetch does not let through: a header that it would add or leave out, and a path that it would resolve.

import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import http from 'node:http';

/** Sends one request. Most that is asked here is answered with 200. */
export async function ask(url, { status = 200, ...request }, agent) {
  const answer = await send(url, request, agent);
  assert.equal(answer.status, status, `${request.method} ${request.path}: ${answer.status} ${answer.text}`);
  return answer;
}

/** Sends one request, header for header as it is given. */
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

/** One request with its path as it stands: fetch would resolve it. `to` says where: a port, or the path of a socket. */
export async function exchange(to, options, body) {
  const asked = http.request({ ...to, ...options }).end(body);
  const [answer] = await once(asked, 'response');
  return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(await answer.toArray()).toString() };
}
