// The picture in README: pages next to each other, each under its address.

import { fileURLToPath } from 'node:url';
import { visitor } from '../browser/browser.mjs';

const STYLE = `
  body { margin: 0; display: flex; align-items: start; gap: 24px; padding: 24px; width: max-content; background: #e4e6e1; font: 15px system-ui, sans-serif; }
  figure { margin: 0; border-radius: 10px; overflow: hidden; background: #fff; box-shadow: 0 1px 6px #0004; }
  figcaption { padding: 9px 16px; color: #444; background: #f4f4f2; border-bottom: 1px solid #ccc; }
  img { display: block; width: 440px; }`;

/** A page as it is now, for a picture. */
export async function snap(page, address) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 440, height: 660 });
  const image = await page.screenshot();
  await page.setViewportSize(size);
  return `<figure><figcaption>${address}</figcaption><img alt="" src="data:image/png;base64,${image.toString('base64')}"></figure>`;
}

/** Leaves the picture in build/screenshots. */
export async function leavePicture(t, name, snaps) {
  const page = await visitor(t, {});
  await page.setContent(`<!doctype html><style>${STYLE}</style>${snaps.join('')}`);
  await page.locator('body').screenshot({ path: fileURLToPath(new URL(`../../build/screenshots/${name}.png`, import.meta.url)) });
}
