// Schemas (JSON Schema 2020-12) as words and lists of fields.

import { document, resolved } from './document.mjs';
import { code, escaped, line, link } from './html.mjs';

/** Described once on the page: it is the type of every second field. */
export const DESCRIBED_ONCE = 'Time';

/** The keywords that this file puts into words: with another one the page would say less than the document. */
const KNOWN = new Set([
  'named', 'type', 'format', 'const', 'enum', 'description', 'properties', 'required', 'items', 'additionalProperties', 'oneOf',
  'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'pattern',
]);

const isNull = ({ type }) => type === 'null';

/** A schema without its reference and without the alternative `null`, which `nullable` notes. */
function plain(part) {
  const schema = resolved(part);
  const unknown = Object.keys(schema).find((keyword) => !KNOWN.has(keyword));
  if (unknown) throw new Error(`scripts/reference/schema.mjs has no words for \`${unknown}\``);
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null');
    return { ...schema, type: types.join(' or '), nullable: types.length < schema.type.length };
  }
  const { oneOf = [], ...beside } = schema;
  const [one, ...others] = oneOf.filter((alternative) => !isNull(alternative));
  return one && !others.length ? { ...plain(one), ...beside, nullable: true } : schema;
}

/** The type of a value and its bounds, in words. */
export function typeOf(part) {
  const schema = plain(part);
  const words = [kindOf(schema), ...boundsOf(schema)].filter(Boolean).join(', ');
  return schema.nullable ? `${words} or null` : words;
}

function kindOf(schema) {
  if (schema.named === DESCRIBED_ONCE) return link(`#type-${DESCRIBED_ONCE}`, 'time');
  if ('const' in schema) return code(schema.const);
  if (schema.enum) return schema.enum.filter((value) => value !== null).map(code).join(' | ');
  if (schema.type === 'array') return `array of ${typeOf(schema.items)}`;
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(' or ');
  return schema.format ?? schema.type;
}

function boundsOf({ minLength, maxLength, minimum, maximum, minItems, maxItems, pattern }) {
  return [
    between(minLength, maxLength, ' characters'),
    between(minimum, maximum, ''),
    between(minItems, maxItems, ' items'),
    pattern && code(pattern),
  ];
}

function between(least, most, unit) {
  if (least === undefined && most === undefined) return undefined;
  if (least === undefined) return `at most ${most}${unit}`;
  if (most === undefined) return `at least ${least}${unit}`;
  return `${least}–${most}${unit}`;
}

/** What a schema says about itself, or about its items. */
function descriptionOf(part) {
  const schema = plain(part);
  if (schema.description === document.components.schemas[DESCRIBED_ONCE].description) return '';
  return schema.description ?? (schema.items ? descriptionOf(schema.items) : '');
}

/** The fields of a value, as a list. `mark` says of each whether it is required. */
export function fieldsOf(part, mark) {
  const schema = plain(part);
  if (schema.items) return fieldsOf(schema.items, mark);
  if (schema.oneOf) return schema.oneOf.map((alternative) => fieldsOf(alternative, mark)).filter(Boolean).join('<p>or</p>');
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(([name, part]) => ({ name, schema: part, note: mark(required.includes(name)) }));
  if (schema.additionalProperties?.type) fields.push({ name: 'any name', schema: schema.additionalProperties });
  return list(fields, mark);
}

/** A list of fields: `{ name, schema, note, description }`. End tags of items, which HTML does not need, would be many. */
export function list(fields, mark) {
  if (!fields.length) return '';
  return `<ul>\n${fields.map((field) => item(field, mark)).join('\n')}\n</ul>`;
}

function item({ name, schema, note, description = descriptionOf(schema) }, mark) {
  const head = `<code>${escaped(name)}</code> <i>${typeOf(schema)}</i>${note ? ` <b>${note}</b>` : ''}`;
  const said = description ? `<p>${line(description)}</p>` : '';
  return `<li>${head}${said}${fieldsOf(schema, mark)}`;
}

/** Fields of a request are optional unless marked, those of an answer are there unless marked. */
export const inRequest = (required) => (required ? 'required' : '');
export const inAnswer = (required) => (required ? '' : 'optional');
