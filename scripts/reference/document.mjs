// docs/openapi.json, and how its parts are looked up.

import fs from 'node:fs';
import { inRoot } from '../lib/paths.mjs';

export const document = JSON.parse(fs.readFileSync(inRoot('docs', 'openapi.json'), 'utf8'));

/** The last word of a reference: `Time` of `#/components/schemas/Time`. */
export const nameOf = ({ $ref }) => $ref.split('/').at(-1);

/** A part with its reference replaced by what it refers to. What stands beside the reference overrides it; `named` is its name. */
export function resolved(part) {
  if (!part.$ref) return part;
  const { $ref, ...beside } = part;
  const target = $ref.slice('#/'.length).split('/').reduce((at, key) => at[key], document);
  return { ...resolved(target), ...beside, named: nameOf(part) };
}

/** Each operation with its method and path, in the order of the document. */
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })));

/** The answers of an operation, by status, each with its one media type, if it has a body. */
export function answersOf({ responses }) {
  return Object.entries(responses).map(([status, response]) => {
    const { content = {}, ...answer } = resolved(response);
    const [[type, body] = []] = Object.entries(content);
    return { status: Number(status), ...answer, type, body };
  });
}

export const isError = ({ status }) => status >= 400;
export const isJson = ({ type }) => /[/+]json$/.test(type);

/** The request body of an operation with its one media type, if it has one. */
export function bodyOf({ requestBody }) {
  if (!requestBody) return undefined;
  const [[type, body]] = Object.entries(requestBody.content);
  return { type, ...body, required: requestBody.required };
}

/** The examples of a body by name; the only one has no name. */
export function examplesOf({ example, examples = {} }) {
  if (example !== undefined) return [['', example]];
  return Object.entries(examples).map(([name, part]) => [name, resolved(part).value]);
}
