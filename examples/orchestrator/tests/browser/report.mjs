// Looks at a report in a browser, wide and narrow, light and dark.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { browse, ground, neverScrollsSideways } from './look.mjs';

const [report, events] = process.argv.slice(2);
const told = readFileSync(events, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
const summary = told.at(-1);
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };

const { open, hasNoBarriers, close } = await browse(report);

const checks = {
  async 'the timeline has a bar for each task, and the table a row'(page) {
    assert.equal(summary.tasks.length, 300);
    assert.equal(await page.locator('.bars [data-task] .life').count(), 300);
    assert.equal(await page.locator('#tasks tbody tr').count(), 300);
    const attempts = summary.tasks.reduce((sum, task) => sum + task.attempts, 0);
    assert.equal(await page.locator('.bars [data-task] :is(.done, .retried, .failed)').count(), attempts);
    const done = summary.tasks.filter((task) => task.status === 'done').length;
    assert.equal(await page.locator('.bars [data-task] .done').count(), done);
  },

  async 'what a task is called is text and nothing else'(page) {
    assert.equal(await page.locator('script, img, iframe, [onerror], [onmouseover]').count(), 0);
    assert.match(await page.title(), /^300 tasks <\/h1><script>/);
    const titles = await page.locator('#tasks tbody tr td:nth-child(2)').allTextContents();
    const hidden = /[\u202a-\u202e]/g;
    assert.deepEqual(titles, summary.tasks.map((task) => task.title.replace(hidden, ' ')));
  },

  'the page itself never scrolls sideways': neverScrollsSideways,

  async 'the timeline is zoomed with the keyboard'(page) {
    const width = async () => (await page.locator('svg.bars').boundingBox()).width;
    const times = () => page.locator('.axis text:visible').count();
    const [before, timesBefore] = [await width(), await times()];
    await page.getByRole('radio', { name: '1×', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    assert.ok(Math.abs((await width()) / before - 4) < 0.01, `${before} to ${await width()}`);
    assert.ok((await times()) > timesBefore, 'times are named as finely as they are shown');
    await page.getByRole('region', { name: 'Timeline, scrollable' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector('.timeline .scroll').scrollLeft > 0);
    await page.waitForFunction(() => document.documentElement.scrollLeft === 0);
  },

  async 'the names of the rows stand beside them, whatever is scrolled'(page) {
    await page.locator('.timeline .scroll').evaluate((region) => region.scrollTo(5_000, 4_000));
    const row = 200;
    const id = summary.tasks[row].id;
    const bar = page.locator(`.bars [data-task="${id}"] .life`);
    const name = page.locator('.names li', { hasText: id });
    const middle = ({ y, height }) => y + height / 2;
    const [left, right] = [await name.boundingBox(), await bar.boundingBox()];
    assert.ok(Math.abs(middle(left) - middle(right)) < 4, JSON.stringify([left, right]));
    const region = await page.locator('.timeline .scroll').boundingBox();
    assert.ok(Math.abs(left.x - region.x) < 2, 'names stay at the left');
  },

  async 'the name of a task leads to its bar, with a mouse and without'(page) {
    const isSeen = (id) => page.waitForFunction((id) => {
      const bar = document.getElementById(`bar-${id}`).querySelector('.life').getBoundingClientRect();
      const region = document.querySelector('.timeline .scroll').getBoundingClientRect();
      const names = document.querySelector('.names').getBoundingClientRect();
      return bar.right > names.right && bar.left < region.right
        && bar.top > region.top && bar.bottom < region.bottom && bar.bottom < innerHeight;
    }, id, { timeout: 5_000 });
    await page.getByRole('radio', { name: '16×' }).check();
    const [clicked, pressed] = [summary.tasks[150].id, summary.tasks[280].id];
    await page.locator('.names li', { hasText: clicked }).getByText(clicked).click();
    await isSeen(clicked);
    await page.getByRole('rowheader', { name: pressed }).getByRole('link').press('Enter');
    await isSeen(pressed);
  },

  async 'pictures have a name and a description'(page) {
    for (const [name, content] of [['Timeline of the run', '300 tasks'], ['Cost over time', summary.cost]]) {
      const picture = page.getByRole('img', { name });
      assert.equal(await picture.count(), 1, name);
      assert.ok((await picture.locator('desc').textContent()).includes(content), name);
    }
  },

  async 'failures of plugins are told with hook, message and place'(page) {
    for (const failure of summary.plugin_failures) {
      const row = page.locator('#failures tbody tr', { hasText: failure.hook });
      const text = await row.first().textContent();
      assert.ok(text.includes(failure.message) && text.includes(failure.location), text);
    }
    assert.ok(summary.plugin_failures.length > 0);
  },

  async 'a plugin in quarantine is told and drawn, and so is what it has missed'(page) {
    const calls = (name) => summary.plugins.find((plugin) => plugin.name === name).calls;
    const [chaos, journal] = ['bernstein-plugin-chaos', 'bernstein-plugin-journal'];
    const row = page.getByRole('table', { name: 'What each plugin did' }).getByRole('row', { name: chaos });
    const [called, , leftOut, dropped] = await row.getByRole('cell').allTextContents();
    assert.equal(Number(called), calls(chaos));
    const ends = told.filter(({ event }) => ['task_completed', 'task_failed'].includes(event)).length;
    // The journal hears of everything, and chaos also of the ends of tasks in the background.
    assert.equal(Number(leftOut), calls(journal) + ends - calls(chaos));
    assert.equal(dropped, '0');
    const changes = page.getByRole('table', { name: /^Plugins that were left out/ });
    const [, plugin, step, why] = await changes.getByRole('row').nth(1).getByRole('cell').allTextContents();
    assert.equal(plugin, chaos);
    assert.match(step, /^left out, to be tried after /);
    assert.match(why, /^on_\w+: chaos at on_/);
    const drawn = page.locator('.bars rect.quarantine');
    assert.equal(await drawn.count(), 1, 'it never does well');
    assert.match(await drawn.locator('title').textContent(), /^in quarantine from /);
    assert.ok((await drawn.boundingBox()).width > 10);
  },
};

const grounds = new Set();
for (const scheme of ['light', 'dark']) {
  for (const viewport of [WIDE, NARROW]) {
    for (const [name, check] of Object.entries(checks)) {
      await open(viewport, scheme, check);
      console.log(`ok: ${viewport.width} ${scheme}: ${name}`);
    }
    await hasNoBarriers(viewport, scheme, async (page) => grounds.add(await ground(page)));
    console.log(`ok: ${viewport.width} ${scheme}: no barriers that axe knows of`);
  }
}
assert.equal(grounds.size, 2, 'light and dark differ');

// The policy of the page is what stops a script that has got in all the same.
await open(WIDE, 'light', async (page) => {
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /script-src/);
});
await close();
