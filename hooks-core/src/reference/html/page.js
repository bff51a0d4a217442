// The theme, the search, the copying, and the way into what is folded. The page is whole without.
'use strict';

const root = document.documentElement;
root.classList.add('scripted');

// The theme is set before anything is drawn. Where nothing can be kept, it lasts as long as the page.
const THEME = 'hooks-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function kept() {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null;
  }
}

function keep(theme) {
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // It is not kept, then.
  }
}

if (['light', 'dark'].includes(kept())) root.dataset.theme = kept();

function isDark() {
  return root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches;
}

function offerThemes(button) {
  const tell = () => button.setAttribute('aria-pressed', String(isDark()));
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    keep(root.dataset.theme);
    tell();
  });
  dark.addEventListener('change', tell);
  tell();
}

async function copy(button) {
  const text = button.nextElementSibling;
  let told = 'Copied';
  try {
    await navigator.clipboard.writeText(text.textContent);
  } catch {
    // Who may not write to the clipboard can still be spared the selecting.
    getSelection().selectAllChildren(text);
    told = 'Selected';
  }
  button.textContent = told;
  document.getElementById('copy-status').textContent = told;
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
}

/** Opens all that the target of the address is folded into. */
function unfold() {
  let id = location.hash.slice(1);
  try {
    id = decodeURIComponent(id);
  } catch {
    // It is what it looks like.
  }
  const target = document.getElementById(id);
  if (!target) return;
  for (let element = target; element; element = element.parentElement) {
    if (element.localName === 'details') element.open = true;
  }
  target.querySelector(':scope > details')?.setAttribute('open', '');
  target.scrollIntoView();
}

/** What can be found: each hook, with its words in the order of their weight. */
function collect() {
  return [...document.querySelectorAll('article.hook')].map((article) => {
    const { hook, spec, subject = '', arguments: names, plugins } = article.dataset;
    const list = (text) => text.split('\n').filter((part) => part);
    const about = article.querySelector('.about').textContent.trim().replace(/\s+/g, ' ');
    const documented = [...article.querySelectorAll('.about, .arguments .prose')].map((part) => part.textContent);
    return {
      id: article.querySelector('h4').id,
      hook,
      about,
      fields: [
        { words: [hook], told: () => '' },
        { words: list(names), told: (name) => `takes ${name}` },
        { words: list(plugins), told: (name) => `implemented by ${name}` },
        { words: [subject, spec], told: (name) => name },
        { words: documented, told: () => '' },
      ].map((field) => ({ ...field, lower: field.words.map((word) => word.toLowerCase()) })),
    };
  });
}

/** How well a hook answers a question, and by what; `null` if it does not. */
function weigh(entry, terms) {
  let weight = 0;
  const told = new Set();
  for (const term of terms) {
    const rank = entry.fields.findIndex(({ lower }) => lower.some((word) => word.includes(term)));
    if (rank < 0) return null;
    const field = entry.fields[rank];
    const found = field.lower.findIndex((word) => word.includes(term));
    if (field.told(field.words[found])) told.add(field.told(field.words[found]));
    weight += rank * 2 + (field.lower[found].startsWith(term) ? 0 : 1);
  }
  return { entry, weight, told: [...told].join(', ') };
}

function offerSearch(field) {
  const entries = collect();
  const list = document.getElementById('search-results');
  const count = document.getElementById('search-count');
  let chosen = -1;

  const choose = (number) => {
    const options = [...list.children];
    chosen = options.length ? (number + options.length) % options.length : -1;
    options.forEach((option, place) => option.setAttribute('aria-selected', String(place === chosen)));
    options[chosen]?.scrollIntoView({ block: 'nearest' });
    if (chosen < 0) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', options[chosen].id);
  };

  const close = () => {
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    count.textContent = '';
    choose(-1);
    list.replaceChildren();
  };

  const option = ({ entry, told }, number) => {
    const element = document.createElement('li');
    element.id = `search-result-${number}`;
    element.role = 'option';
    element.dataset.target = entry.id;
    const name = document.createElement('code');
    name.textContent = entry.hook;
    const why = document.createElement('span');
    why.textContent = told || entry.about;
    element.append(name, why);
    return element;
  };

  const search = () => {
    const terms = field.value.toLowerCase().split(/\s+/).filter((term) => term);
    if (!terms.length) {
      close();
      return;
    }
    const found = entries.map((entry) => weigh(entry, terms)).filter((answer) => answer);
    found.sort((one, other) => one.weight - other.weight);
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    field.setAttribute('aria-expanded', String(found.length > 0));
    choose(found.length ? 0 : -1);
    count.textContent = found.length === 1 ? '1 hook found' : `${found.length || 'No'} hooks found`;
  };

  const go = (id) => {
    close();
    field.blur();
    if (location.hash === `#${id}`) unfold();
    else location.hash = id;
    const heading = document.getElementById(id);
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  };

  field.addEventListener('input', search);
  field.addEventListener('focus', () => { if (field.value) search(); });
  field.addEventListener('blur', close);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') choose(chosen + 1);
    else if (event.key === 'ArrowUp') choose(chosen - 1);
    else if (event.key === 'Enter' && chosen >= 0) go(list.children[chosen].dataset.target);
    else if (event.key === 'Escape') {
      field.value = '';
      search();
    } else return;
    event.preventDefault();
  });
  // Else the field would lose the focus, and the list be gone, before the click.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const element = event.target.closest('[data-target]');
    if (element) go(element.dataset.target);
  });
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest('input, textarea, select, [contenteditable]');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

document.addEventListener('DOMContentLoaded', () => {
  offerThemes(document.querySelector('.theme'));
  offerSearch(document.getElementById('search-field'));
  for (const button of document.querySelectorAll('.to-copy button')) {
    button.addEventListener('click', () => copy(button));
  }
  addEventListener('hashchange', unfold);
  unfold();
});
