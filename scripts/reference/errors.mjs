// The errors of an operation, and what several operations answer alike: it is described once, in a section of its own.

import { answersOf, document, examplesOf, isError, isJson, nameOf, operations, resolved } from './document.mjs';
import { code, escaped, line, link } from './html.mjs';
import { fieldsOf, inAnswer, typeOf } from './schema.mjs';

const errorsOf = (operation) => answersOf(operation).filter(isError);

/** An answer of more operations than this is described only where its link leads: it would hide the others. */
const USUAL = 30;
const allShared = operations.flatMap(errorsOf).flatMap(({ named }) => named ?? []);
const isUsual = (name) => allShared.filter((other) => other === name).length > USUAL;

const formatOf = ({ body }) => nameOf(body.schema);

/** All errors of an operation, folded: their statuses are enough to scan it. */
export function errors(operation) {
  const answers = errorsOf(operation);
  if (!answers.length) return '';
  const statuses = answers.map(({ status }) => status).join(' ');
  return `<details>\n<summary>Errors <i>${statuses}</i></summary>\n<dl>\n${answers.map(row).join('\n')}\n</dl>\n</details>`;
}

function row(answer) {
  const { status, named, description } = answer;
  const shared = named && isJson(answer) ? link(`#answer-${named}`, namesOf(answer)) : '';
  const said = isUsual(named) ? '' : line(description);
  return `<dt>${status}<dd>${[said, shared].filter(Boolean).join(' ')}${named ? '' : bodyOf(answer)}`;
}

/** The codes of a shared answer; without codes, the name of its format. */
function namesOf(answer) {
  const codes = [...sharedCodes(answer), ...examplesOf(answer.body).map(([, { error }]) => error).filter(Boolean)];
  return codes.length ? [...new Set(codes)].map(escaped).join(', ') : formatOf(answer);
}

/** Codes that have an example of their own among the components. */
const sharedCodes = ({ body }) => Object.values(body.examples ?? {}).filter(({ $ref }) => $ref).map(nameOf);

/** The format, the headers, and the codes or the examples of an answer. */
function bodyOf(answer) {
  const headers = Object.values(answer.headers ?? {}).map((header) => link(`#header-${nameOf(header)}`, nameOf(header)));
  const codes = sharedCodes(answer).map((name) => link(`#error-${name}`, name));
  const format = link(`#format-${formatOf(answer)}`, formatOf(answer));
  const facts = [`${format}${codes.length ? `: ${codes.join(', ')}` : ''}`, ...(headers.length ? [`with ${headers.join(', ')}`] : [])];
  const examples = codes.length ? [] : examplesOf(answer.body).map(([, value]) => `<br>${code(JSON.stringify(value))}`);
  return `<br>${facts.join(' ')}${examples.join('')}`;
}

export function errorSection() {
  const answers = operations.flatMap(errorsOf).filter(isJson);
  const shared = new Map(answers.filter(({ named }) => named).map((answer) => [answer.named, answer]));
  const { examples, headers } = document.components;
  return `<section id="errors">
<h2>${link('#errors', 'Errors')}</h2>
<h3>Codes</h3>
<p>What each means, and what to do: ${link('use/API.md', 'API.md')}.</p>
${terms('error', Object.entries(examples), ({ value }) => `${value.code}${others(value.data)}`)}
<h3>Formats of bodies</h3>
${[...new Set(answers.map(formatOf))].map(format).join('\n')}
<h3>Answers of several operations</h3>
${terms('answer', [...shared], (answer) => `${answer.status} ${line(answer.description)}${bodyOf(answer)}`)}
<h3>Headers</h3>
${terms('header', Object.entries(headers), header)}
</section>`;
}

function header({ schema, example, description }) {
  return `${typeOf(schema)}, such as ${code(example)}. ${line(description)}`;
}

/** What comes with a code. */
function others({ error, ...rest }) {
  return Object.keys(rest).length ? ` with ${code(JSON.stringify(rest))}` : '';
}

/** A list of named parts, each of which can be linked to. */
export function terms(kind, parts, describe) {
  return `<dl>\n${parts.map(([name, part]) => `<dt id="${kind}-${name}">${code(name)}<dd>${describe(part)}`).join('\n')}\n</dl>`;
}

function format(name) {
  const schema = { $ref: `#/components/schemas/${name}` };
  const { description } = resolved(schema);
  return `<h4 id="format-${name}">${name}</h4>\n${description ? `<p>${line(description)}</p>\n` : ''}${fieldsOf(schema, inAnswer)}`;
}
