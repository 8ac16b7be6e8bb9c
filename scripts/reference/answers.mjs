// The successful answers of an operation.

import { STATUS_CODES } from 'node:http';
import { answersOf, examplesOf, isError, isJson, resolved } from './document.mjs';
import { block, code, json, line } from './html.mjs';
import { fieldsOf, inAnswer, list, typeOf } from './schema.mjs';

const successesOf = (operation) => answersOf(operation).filter((answer) => !isError(answer));

export function successes(operation) {
  return successesOf(operation).map(success).join('\n');
}

function success({ status, description, headers = {}, type, body }) {
  const fields = Object.entries(headers).map(([name, header]) => fieldOf(name, resolved(header)));
  return [
    `<h4>${status} ${STATUS_CODES[status]}${type ? ` ${code(type)}` : ''}</h4>`,
    `<p>${line(description)}</p>`,
    ...(isJson({ type }) ? [fieldsOf(body.schema, inAnswer) || `<p>${typeOf(body.schema)}</p>`] : []),
    ...(fields.length ? ['<h5>Headers</h5>', list(fields, inAnswer)] : []),
  ].join('\n');
}

const fieldOf = (name, { schema, description, required }) => ({ name, schema, description, note: inAnswer(required) });

/** Examples of successful answers. */
export function answerExamples(operation) {
  return successesOf(operation).filter(isJson).flatMap(({ status, body }) =>
    examplesOf(body).map(([name, value]) => block(`Answer ${status}${name && `: ${name}`}`, json(value))));
}
