// wrangler.toml, read and extended as text: its comments and everything its owner has written stay as they are.

import fs from 'node:fs';
import { stop } from './log.mjs';
import { inProject } from './paths.mjs';

const HEADER = /^\[{1,2}([\w.-]+)\]{1,2}\s*(#.*)?$/;
const file = inProject('wrangler.toml');

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
      if (name) this.sections.push({ name, lines: [...lines.splice(lines.findLastIndex((line) => !line.startsWith('#')) + 1), line] });
      else lines.push(line);
    }
  }

  get text() {
    return this.sections.flatMap(({ lines }) => lines).join('\n');
  }

  save() {
    fs.writeFileSync(file, this.text);
  }

  has(name) {
    return this.sections.some((section) => section.name === name);
  }

  /** A text of a section: of the first one, if there are several of that name. An empty text is none. */
  value(section, key) {
    const written = this.#lines(section).map((line) => line.match(new RegExp(`^${key}\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|'[^']*')`))?.[1]).find(Boolean);
    return (written?.startsWith('"') ? JSON.parse(written) : written?.slice(1, -1)) || undefined;
  }

  /** Whether a section says anything about it. */
  mentions(section, key) {
    return this.#lines(section).some((line) => new RegExp(`^${key}\\s*=`).test(line));
  }

  /** Adds a value after the section's last line that is not a comment, or in place of an empty text. It is JSON. */
  add(section, key, value) {
    if (!this.has(section)) this.sections.push({ name: section, lines: [`[${section}]`, ''] });
    const { lines } = this.sections.find(({ name }) => name === section);
    const empty = lines.findIndex((line) => new RegExp(`^${key}\\s*=\\s*(""|'')\\s*$`).test(line));
    const last = lines.findLastIndex((line) => line.trim() !== '' && !line.startsWith('#'));
    lines.splice(empty < 0 ? last + 1 : empty, empty < 0 ? 0 : 1, `${key} = ${toml(value)}`);
  }

  #lines(section) {
    return this.sections.find(({ name }) => name === section)?.lines ?? [];
  }
}

/** JSON's texts and lists are TOML's too. */
function toml(value) {
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (typeof value === 'object') return `{ ${Object.entries(value).map(([key, one]) => `${key} = ${toml(one)}`).join(', ')} }`;
  return JSON.stringify(value);
}
