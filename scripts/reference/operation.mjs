// One operation: what it is for, what it takes, what it answers, and an example.

import { answerExamples, successes } from './answers.mjs';
import { answersOf, bodyOf, document, resolved } from './document.mjs';
import { errors, terms } from './errors.mjs';
import { commandsOf } from './example.mjs';
import { block, code, escaped, line, link, paragraphs } from './html.mjs';
import { fieldsOf, inRequest, list } from './schema.mjs';

export function article(operation) {
  const { operationId, summary, description } = operation;
  const text = [paragraphs(description), parameters(operation), body(operation), successes(operation), errors(operation)];
  return `<article id="${operationId}">
<h3>${link(`#${operationId}`, line(summary))}</h3>
<p class="route">${route(operation)} <i>${credentials(operation)}</i></p>
<div>
${text.filter(Boolean).join('\n')}
</div>
${examples(operation)}
</article>`;
}

export const route = ({ method, path }) => `<b class="${method.toLowerCase()}">${method}</b> <code>${escaped(path)}</code>`;

/** Which credentials it accepts; without `security` of its own, each of those the document names. */
function credentials({ security }) {
  if (!security) return link('#credentials', 'needs a credential');
  const names = security.flatMap(Object.keys);
  if (!names.length) return 'no credential';
  const optional = security.some((scheme) => !Object.keys(scheme).length);
  return [...names.map((name) => link(`#credential-${name}`, name)), ...(optional ? ['none'] : [])].join(' or ');
}

/** Where parameters are, and the heading of those. */
const PLACES = { path: 'Path', query: 'Query', header: 'Headers', cookie: 'Cookies' };

function parameters({ parameters: parts = [] }) {
  const lists = Object.entries(PLACES).map(([place, heading]) => {
    const there = parts.map(resolved).filter((parameter) => parameter.in === place);
    const fields = there.map(({ name, required, schema, description }) => ({ name, schema, description, note: inRequest(required) }));
    return fields.length ? `<h4>${heading}</h4>\n${list(fields, inRequest)}` : '';
  });
  return lists.filter(Boolean).join('\n');
}

function body(operation) {
  const part = bodyOf(operation);
  if (!part) return '';
  return `<h4>Body ${code(part.type)}${part.required ? '' : ' <b>optional</b>'}</h4>\n${fieldsOf(part.schema, inRequest)}`;
}

/** None for pages: a browser sends those requests, with a form or a session of its own. */
function examples(operation) {
  if (answersOf(operation).some(({ type }) => type?.startsWith('text/html'))) return '';
  const commands = commandsOf(operation).map(([name, text]) => block(`Request${name && `: ${name}`}`, text));
  return `<aside>\n${[...commands, ...answerExamples(operation)].join('\n')}\n</aside>`;
}

/** The credentials, each with where it is sent. */
export function schemes() {
  const parts = Object.entries(document.components.securitySchemes);
  return terms('credential', parts, (scheme) => `${code(place(scheme))} ${line(scheme.description)}`);
}

function place({ type, scheme, in: where, name }) {
  if (type === 'http') return `Authorization: ${scheme[0].toUpperCase()}${scheme.slice(1)} …`;
  return where === 'cookie' ? `Cookie: ${name}=…` : `${name}: …`;
}
