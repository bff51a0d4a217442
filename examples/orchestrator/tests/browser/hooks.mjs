// Looks at the reference of hooks in a browser, wide and narrow, light and dark.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { browse, ground, neverScrollsSideways } from './look.mjs';

const [html, json] = process.argv.slice(2);
const reference = JSON.parse(readFileSync(json, 'utf8'));
const hooks = reference.specs.flatMap((spec) => spec.hooks.map((hook) => ({ ...hook, spec: spec.name })));
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
const { open, hasNoBarriers, close } = await browse(html);

const field = (page) => page.getByRole('combobox', { name: 'Search hooks' });
const options = (page) => page.getByRole('listbox', { name: 'Hooks found' }).getByRole('option');
const count = (page) => page.getByRole('search').getByRole('status');
const article = (page, hook) => page.locator(`article.hook[data-hook="${hook}"]`);
const unfold = (page) =>
  page.evaluate(() => document.querySelectorAll('details').forEach((part) => { part.open = true; }));

/** Checks that what this id names stands in the window, below the bar. */
async function isInView(page, id) {
  await page.waitForFunction((id) => {
    const { top } = document.getElementById(id).getBoundingClientRect();
    const bar = document.querySelector('.bar').getBoundingClientRect();
    return top >= bar.bottom && top < innerHeight / 2;
  }, id, { timeout: 5_000 });
}

const checks = {
  'the page itself never scrolls sideways': neverScrollsSideways,

  async 'nor does it when everything is unfolded'(page) {
    await unfold(page);
    await neverScrollsSideways(page);
  },

  async 'every hook is there, with what each plugin does at it'(page) {
    assert.ok(hooks.length >= 8);
    for (const hook of hooks) {
      const one = article(page, hook.name);
      assert.equal(await one.locator('h4').getAttribute('id'), `${hook.spec}.${hook.name}`);
      assert.equal(await one.locator('.signature').textContent(), hook.signature);
      assert.equal(await one.getByRole('row').count(), hook.implementations.length && hook.implementations.length + 1);
    }
  },

  async 'the keyboard alone leads from anywhere to a hook'(page) {
    await page.keyboard.press('/');
    assert.ok(await field(page).evaluate((element) => element === document.activeElement));
    assert.equal(await field(page).inputValue(), '');
    await page.keyboard.type('agent');
    const found = await options(page).locator('code').allTextContents();
    const named = hooks.filter((hook) => hook.name.includes('agent')).map((hook) => hook.name);
    assert.deepEqual(found.slice(0, named.length).sort(), named.sort());
    assert.equal(await count(page).textContent(), `${found.length} hooks found`);
    const selected = page.locator('[aria-selected="true"] code');
    assert.equal(await selected.textContent(), found[0]);
    await page.keyboard.press('ArrowDown');
    assert.equal(await selected.textContent(), found[1]);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await selected.textContent(), found.at(-1));
    await page.keyboard.press('ArrowDown');
    const active = await field(page).getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active} code`).textContent(), found[0]);
    await page.keyboard.press('Enter');
    const id = `BernsteinSpec.${found[0]}`;
    assert.equal(new URL(page.url()).hash, `#${id}`);
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
    await isInView(page, id);
    assert.ok(!(await page.getByRole('listbox').isVisible()));
  },

  async 'a search finds names, arguments, plugins and words, and Escape ends it'(page) {
    const names = async (words) => {
      await field(page).fill(words);
      return options(page).locator('code').allTextContents();
    };
    const having = (test) => hooks.filter(test).map((hook) => hook.name).sort();
    assert.deepEqual(
      (await names('adapter')).sort(),
      having((hook) => hook.arguments.some(({ name }) => name.includes('adapter'))),
    );
    assert.deepEqual(
      (await names('plugin-slack')).sort(),
      having((hook) => hook.implementations.some(({ plugin }) => plugin.includes('plugin-slack'))),
    );
    assert.deepEqual(await names('waited for'), ['on_agent_died']);
    assert.deepEqual(await names('task on_cost'), [], 'every word counts');
    assert.equal(await count(page).textContent(), 'No hooks found');
    assert.ok(await count(page).isVisible());
    assert.deepEqual(await names('cost_threshold'), ['on_cost_threshold']);
    assert.equal(await count(page).textContent(), '1 hook found');
    await field(page).press('Escape');
    assert.equal(await field(page).inputValue(), '');
    assert.equal(await options(page).count(), 0);
    assert.equal(await count(page).textContent(), '');
  },

  async 'what is found is also there for a mouse'(page) {
    await field(page).fill('gate_failure');
    await options(page).first().click();
    await isInView(page, 'BernsteinSpec.on_quality_gate_failure');
  },

  async 'the picture names every hook and leads to it'(page) {
    const picture = page.getByRole('group', { name: 'The life of a task, as a picture' });
    const named = await picture.locator('text.name').allTextContents();
    const all = hooks.filter((hook) => hook.spec === 'BernsteinSpec').map((hook) => hook.name);
    assert.deepEqual(named.toSorted(), all.toSorted());
    const { width } = await picture.boundingBox();
    assert.equal(width, 340, 'it is not scaled, so its text can be read');
    await picture.getByRole('link', { name: 'on_agent_died' }).click();
    await isInView(page, 'BernsteinSpec.on_agent_died');
  },

  async 'a plugin can be copied as it is, and so can an example'(page) {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    for (const hook of hooks) {
      const one = article(page, hook.name);
      await one.getByText('A minimal implementation').click();
      await one.getByRole('button', { name: 'Copy this plugin' }).click();
      // The clipboard is written to in its own time.
      await page.waitForFunction((text) => navigator.clipboard.readText().then((now) => now === text), hook.sample);
      await page.locator('#copy-status', { hasText: /^Copied$/ }).waitFor({ state: 'attached' });
      await one.getByText('Payload as JSON').click();
      await one.getByRole('button', { name: 'Copy this example' }).first().click();
      await page.waitForFunction((text) => navigator.clipboard.readText().then((now) => now !== text), hook.sample);
      assert.deepEqual(JSON.parse(await clipboard()), hook.payload.example);
    }
  },

  async 'a schema opens, and what it refers to is in it'(page) {
    const one = article(page, 'on_task_created');
    const title = one.locator('.schema .property', { hasText: /^title$/ });
    assert.ok(!(await title.isVisible()));
    await one.getByText('Payload as JSON').click();
    await one.locator('.schema summary', { hasText: 'task' }).first().press('Enter');
    assert.ok(await title.isVisible());
    for (const name of Object.keys(reference.definitions.Task.properties)) {
      assert.equal(await one.locator('.schema .property', { hasText: new RegExp(`^${name}$`) }).count(), 1, name);
    }
  },

  async 'the theme can be changed, and stays so'(page) {
    const button = page.getByRole('button', { name: 'Dark' });
    const [before, pressed] = [await ground(page), await button.getAttribute('aria-pressed')];
    await button.click();
    assert.notEqual(await ground(page), before);
    assert.notEqual(await button.getAttribute('aria-pressed'), pressed);
    const after = await ground(page);
    await page.reload();
    assert.equal(await ground(page), after);
  },

  async 'what is tabbed to can be seen'(page) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the hooks');
    const { y } = await page.getByRole('link', { name: 'Skip to the hooks' }).boundingBox();
    assert.ok(y >= 0);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.localName), 'main');
  },
};

const grounds = new Set();
for (const scheme of ['light', 'dark']) {
  for (const viewport of [WIDE, NARROW]) {
    for (const [name, check] of Object.entries(checks)) {
      await open(viewport, scheme, check);
      console.log(`ok: ${viewport.width} ${scheme}: ${name}`);
    }
    await hasNoBarriers(viewport, scheme, async (page) => {
      grounds.add(await ground(page));
      await unfold(page);
      await field(page).fill('task');
    });
    console.log(`ok: ${viewport.width} ${scheme}: no barriers that axe knows of`);
    await open(viewport, scheme, (page) => isInView(page, 'BernsteinSpec.on_task_failed'), {
      hash: '#BernsteinSpec.on_task_failed',
    });
    console.log(`ok: ${viewport.width} ${scheme}: an address leads to a hook`);
    await open(viewport, scheme, async (page) => {
      assert.ok(await article(page, 'on_task_failed').locator('.schema').isVisible());
    }, { hash: '#BernsteinSpec.on_task_failed:payload' });
    console.log(`ok: ${viewport.width} ${scheme}: an address opens what is folded`);
    await open(viewport, scheme, async (page) => {
      for (const hook of hooks) assert.ok(await article(page, hook.name).isVisible());
      assert.equal(await page.getByRole('button').count(), 0, 'no button that does nothing');
      assert.equal(await page.getByRole('search').count(), 0);
      await article(page, 'on_task_failed').getByText('Payload as JSON').click();
      assert.ok(await article(page, 'on_task_failed').locator('.schema').isVisible());
      await neverScrollsSideways(page);
    }, { javaScriptEnabled: false });
    console.log(`ok: ${viewport.width} ${scheme}: without a script it shows the same`);
  }
}
assert.equal(grounds.size, 2, 'light and dark differ');
await close();
