// Text as HTML.

import { Marked } from 'marked';

const ENTITIES = { '&': '&amp;', '<': '&lt;' };

/** For the text of an element. Attributes get names of the document only. */
export const escaped = (text) => String(text).replace(/[&<]/g, (character) => ENTITIES[character]);
export const code = (text) => `<code>${escaped(text)}</code>`;
export const link = (to, content) => `<a href="${to}">${content}</a>`;
export const json = (value) => JSON.stringify(value, null, 2);
export const block = (title, text) => `<figure><figcaption>${title}</figcaption><pre>${escaped(text)}</pre></figure>`;

/** Descriptions contain no HTML: what looks like it, such as `<id>`, is text. */
const markdown = new Marked({ renderer: { html: ({ text }) => escaped(text) } });

export const paragraphs = (text = '') => markdown.parse(text).trim();
export const line = (text = '') => markdown.parseInline(text);

/** A word for an address within the page. */
export const slug = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
