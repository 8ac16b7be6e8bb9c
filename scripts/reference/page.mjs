// The whole page: contents, introduction, operations by tag, errors.

import { document, operations } from './document.mjs';
import { errorSection } from './errors.mjs';
import { escaped, line, link, paragraphs, slug } from './html.mjs';
import { article, route, schemes } from './operation.mjs';
import { DESCRIBED_ONCE } from './schema.mjs';

const idOf = (tag) => `tag-${slug(tag)}`;
const operationsOf = (tag) => operations.filter(({ tags }) => tags[0] === tag.name);

export function page({ info, tags }, style) {
  const title = `${info.title} ${info.version}: HTTP API`;
  return `<!DOCTYPE html>
<!-- Made from docs/openapi.json by \`npm run reference\`. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${style.trim()}
</style>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<nav aria-label="Contents">
${contents(tags)}
</nav>
<main id="content" tabindex="-1">
${introduction(info)}
${tags.map(section).join('\n')}
${errorSection()}
</main>
</body>
</html>
`;
}

function contents(tags) {
  const groups = tags.map((tag) => {
    const items = operationsOf(tag).map((operation) => `<li>${link(`#${operation.operationId}`, route(operation))}</li>`);
    return `<details>
<summary>${escaped(tag.name)} <i>${items.length}</i></summary>
<ul>
<li>${link(`#${idOf(tag.name)}`, 'Overview')}</li>
${items.join('\n')}
</ul>
</details>`;
  });
  return `<p>${link('#content', escaped(document.info.title))}</p>
${link('#credentials', 'Credentials')}
${groups.join('\n')}
${link('#errors', 'Errors')}`;
}

function introduction({ title, version, summary, description }) {
  return `<header>
<h1>${escaped(title)} <small>HTTP API, version ${escaped(version)}</small></h1>
<p>${line(summary)} ${operations.length} operations.</p>
${paragraphs(description)}
<p>In a request, what is not marked <b>required</b> may be left out. In an answer, everything is there that is not marked <b>optional</b>.
<span id="type-${DESCRIBED_ONCE}">A time is a text: ${line(document.components.schemas[DESCRIBED_ONCE].description)}</span></p>
<p>For programs: ${link('openapi.json', 'openapi.json')}. With a walkthrough and the rate limits:
${link('use/API.md', 'API.md')}.</p>
</header>
<section id="credentials">
<h2>${link('#credentials', 'Credentials')}</h2>
<p>An operation that needs a credential takes each of these. Where keys and tokens are refused, its error 403 says so.</p>
${schemes()}
</section>`;
}

function section(tag) {
  const id = idOf(tag.name);
  return `<section id="${id}">
<h2>${link(`#${id}`, escaped(tag.name))}</h2>
${paragraphs(tag.description)}
${operationsOf(tag).map(article).join('\n')}
</section>`;
}
