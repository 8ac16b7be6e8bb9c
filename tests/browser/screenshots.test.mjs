import { strict as assert } from 'node:assert';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { clean, cleanInColour } from './axe.mjs';
import { assertFits, title, visitor } from './browser.mjs';
import { furnishedHome } from './fixtures.mjs';
import { scenes } from './screenshots.mjs';

const folder = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));

/** Bytes a page and everything it loads may cost, compressed: a second on a slow phone connection. */
const HEAVIEST = 30 * 1024;

test('every page can be read by everybody, on every screen, in light and dark and in German, and is light to load', async (t) => {
  const worker = await furnishedHome(t);
  for (const [name, [heading, arrive]] of Object.entries(scenes)) {
    await t.test(name, async (t) => {
      const page = await visitor(t, worker);
      const weight = weigh(page);
      await arrive(page, worker);
      assert.equal(await title(page), heading);
      for (const [scheme, check] of [['light', clean], ['dark', cleanInColour]]) {
        await page.emulateMedia({ colorScheme: scheme });
        await check(page);
        await picture(page, `${name}-${scheme}`, 1000);
      }
      await picture(page, `${name}-phone`, 360);
      await assertFits(page);
      const bytes = await weight();
      assert.ok(bytes <= HEAVIEST, `it weighs ${bytes} bytes`);

      const german = await visitor(t, worker, { locale: 'de-DE' }); // the language with the longest words
      await arrive(german, worker);
      assert.equal(await german.getAttribute('html', 'lang'), 'de');
      await clean(german);
      await picture(german, `${name}-german`, 360);
      await assertFits(german);
    });
  }
});

async function picture(page, name, width) {
  await page.setViewportSize({ width, height: 740 });
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true });
}

/** Watches a page's requests; returns the compressed bytes of the last document and everything it loaded. */
function weigh(page) {
  let last; // read only at the end: the body of a document one has left is gone
  page.on('response', (response) => {
    const isDocument = response.request().isNavigationRequest() && !response.headers().location;
    if (isDocument) last = response;
  });
  return async () => {
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    assert.notEqual(loaded.length, 0, 'a page has a style');
    const bodies = loaded.map(async (url) => (await page.context().request.get(url)).body());
    const sizes = (await Promise.all([last.body(), ...bodies])).map((body) => gzipSync(body).length);
    return sizes.reduce((sum, size) => sum + size);
  };
}
