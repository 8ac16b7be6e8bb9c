import { strict as assert } from 'node:assert';
import http from 'node:http';

/** Sends one request. Everything that is asked here is answered with 200. */
export function ask(url, { method, path, headers, body }, agent) {
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { agent, method, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('error', reject).on('data', (part) => (text += part)).on('end', () => {
        try {
          assert.equal(response.statusCode, 200, `${method} ${path}: ${response.statusCode} ${text}`);
          resolve({ headers: response.headers, text });
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on('error', reject).end(body);
  });
}
