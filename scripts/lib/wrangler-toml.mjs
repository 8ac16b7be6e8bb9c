// wrangler.toml, read and extended as text: its comments and everything its owner has written stay as they are.

import fs from 'node:fs';
import { stop } from './log.mjs';
import { inProject } from './paths.mjs';

const HEADER = /^\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}\s*(#.*)?\s*$/;
const file = inProject('wrangler.toml');

/** Wrangler would prefer a wrangler.json or wrangler.jsonc, even that of another Worker in a folder above. */
export const OWN_CONFIG = ['--config', 'wrangler.toml'];

export function readToml() {
  if (!fs.existsSync(file)) stop(`There is no wrangler.toml in ${inProject()}: run this in the folder of your Gatehouse.`);
  return new Toml(fs.readFileSync(file, 'utf8'));
}

export class Toml {
  /** The lines of each section, with the comment before it; those before the first are the section ''. */
  constructor(text) {
    this.sections = [{ name: '', lines: [] }];
    for (const line of text.split('\n')) {
      const [, name] = line.match(HEADER) ?? [];
      const { lines } = this.sections.at(-1);
      if (name) this.sections.push({ name, lines: [...lines.splice(lines.findLastIndex((line) => !isComment(line)) + 1), line] });
      else lines.push(line);
    }
  }

  get text() {
    return this.sections.flatMap(({ lines }) => lines).join('\n');
  }

  /** Not every way of writing TOML can be extended as text: a file that wrangler could not read is not left behind. */
  async save() {
    const { experimental_readRawConfig: readConfig } = await import('wrangler');
    const before = fs.readFileSync(file);
    fs.writeFileSync(file, this.text);
    try {
      readConfig({ config: file });
    } catch (error) {
      fs.writeFileSync(file, before);
      stop(`Your wrangler.toml stays as it is: with what was to be added, wrangler could not read it (${error.message}). Write its tables as [vars] and [[d1_databases]], one value a line, and run this again.`);
    }
  }

  has(name) {
    return this.sections.some((section) => section.name === name);
  }

  /** A text of a section: of the first one, if there are several of that name. An empty text is none. */
  value(section, key) {
    const written = this.#lines(section).map((line) => line.match(new RegExp(`^\\s*${key}\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|'[^']*')`))?.[1]).find(Boolean);
    return (written?.startsWith('"') ? JSON.parse(written) : written?.slice(1, -1)) || undefined;
  }

  /** Whether a section says anything about it. */
  mentions(section, key) {
    return this.#lines(section).some((line) => new RegExp(`^\\s*${key}\\s*=`).test(line));
  }

  /** Adds a value after the section's last line that is not a comment, or in place of an empty text. It is JSON. */
  add(section, key, value) {
    if (!this.has(section)) this.sections.push({ name: section, lines: [`[${section}]`, ''] });
    const { lines } = this.sections.find(({ name }) => name === section);
    const empty = lines.findIndex((line) => new RegExp(`^\\s*${key}\\s*=\\s*(""|'')\\s*(#.*)?\\s*$`).test(line));
    const last = lines.findLastIndex((line) => line.trim() !== '' && !isComment(line));
    if (empty < 0) lines.splice(last + 1, 0, `${key} = ${toml(value)}`);
    else lines[empty] = lines[empty].replace(/""|''/, () => toml(value));
  }

  #lines(section) {
    return this.sections.find(({ name }) => name === section)?.lines ?? [];
  }
}

const isComment = (line) => /^\s*#/.test(line);

/** JSON's texts and lists are TOML's too. */
function toml(value) {
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (typeof value === 'object') return `{ ${Object.entries(value).map(([key, one]) => `${key} = ${toml(one)}`).join(', ')} }`;
  return JSON.stringify(value);
}
