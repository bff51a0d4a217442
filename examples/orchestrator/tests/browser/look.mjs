// What the tests of pages share: a browser that opens a file, and is told of everything that the
// page complains of or asks the network for.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export async function browse(file) {
  const url = pathToFileURL(file).href;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });

  /** Opens the page, hands it to `look`, and checks that nothing was complained of or asked for. */
  async function open(viewport, colorScheme, look, { hash = '', ...options } = {}) {
    const context = await browser.newContext({ viewport, colorScheme, ...options });
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const asked = request.url();
      if (asked.split('#')[0] !== url && !asked.startsWith('data:')) complaints.push(asked);
    });
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    await page.goto(url + hash);
    await look(page);
    assert.deepEqual(complaints, []);
    await context.close();
  }

  /** Checks that axe knows of no barrier. A page lets no script in, so its policy is passed over. */
  async function hasNoBarriers(viewport, colorScheme, prepare) {
    await open(viewport, colorScheme, async (page) => {
      await prepare(page);
      await page.addScriptTag({ path: axe });
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
      assert.deepEqual(told, []);
    }, { bypassCSP: true });
  }

  return { open, hasNoBarriers, close: () => browser.close() };
}

/** Checks that only what is made for it scrolls sideways. */
export async function neverScrollsSideways(page) {
  const [content, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.equal(content, window);
}

export const ground = (page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);
