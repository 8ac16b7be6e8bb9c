import { strict as assert } from 'node:assert';
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
