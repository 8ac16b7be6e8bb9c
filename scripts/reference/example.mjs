// Example requests as curl commands, from the document's examples.

import { bodyOf, document, examplesOf, resolved } from './document.mjs';

/** The address of nobody's service (RFC 2606), which the examples of the document have too. */
const ORIGIN = 'https://auth.example.com';

/** A line longer than this is broken at its members. */
const SHORT = 60;

/** The commands of an operation by the names of its examples. */
export function commandsOf(operation) {
  const body = bodyOf(operation);
  const examples = body ? examplesOf(body) : [['', undefined]];
  return examples.map(([name, value]) => [name, command(operation, body?.type, value)]);
}

function command(operation, type, value) {
  const method = (value === undefined ? 'GET' : 'POST') === operation.method ? '' : `-X ${operation.method} `;
  const parts = [`curl ${method}${quoted(addressOf(operation))}`, ...credentialOf(operation)];
  if (value !== undefined) parts.push(...(type === 'application/json' ? jsonBody(value) : formBody(value)));
  return parts.join(' \\\n  ');
}

/** With the example of each parameter; a part of the path without one is named. */
function addressOf({ path, parameters = [] }) {
  const of = (place) => parameters.map(resolved).filter((parameter) => parameter.in === place);
  const filled = of('path').reduce((text, { name, example = `<${name}>` }) => text.replace(`{${name}}`, example), path);
  const query = new URLSearchParams(of('query').filter(({ example }) => example !== undefined).map(({ name, example }) => [name, example]));
  return `${ORIGIN}${filled}${query.size ? `?${query}` : ''}`;
}

/** The first of the credentials that an operation accepts. */
function credentialOf({ security = document.security }) {
  const [scheme] = Object.keys(security[0] ?? {});
  return scheme ? [CREDENTIALS[scheme]] : [];
}

const CREDENTIALS = {
  bearer: "-H 'Authorization: Bearer <access_token_jwt>'",
  portal: "-H 'Authorization: Token <portal_token>'",
};

function jsonBody(value) {
  const short = JSON.stringify(value);
  return ["-H 'Content-Type: application/json'", `-d ${quoted(short.length > SHORT ? JSON.stringify(value, null, 2) : short)}`];
}

function formBody(value) {
  return Object.entries(value).map(([name, text]) => `--data-urlencode ${quoted(`${name}=${text}`)}`);
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
