/*
 * The only way to make elements. Text becomes text nodes and never markup, so whatever an event
 * type, a URL or a response contains, it is shown and does nothing.
 */

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an element; attributes that begin with "on" are listeners, children are nodes or text. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an element of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else {
      node.setAttribute(name, value === true ? '' : safe(name, value));
    }
  }
  append(node, children);
  return node;
}

/** Links lead to screens of the console or to pages of the server, never to what data says. */
function safe(name, value) {
  const text = String(value);
  if (name === 'href' && !text.startsWith('#') && !/^\/(?!\/)/.test(text)) {
    throw new Error('not a link within the console: ' + text);
  }
  return text;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child instanceof Node ? child : String(child));
    }
  }
}

/**
 * Replaces what a node contains. The keyboard's focus stays on the element with the same data-key,
 * so nobody loses their place when figures change.
 */
export function show(node, ...children) {
  const focused = document.activeElement;
  const key = node.contains(focused) && focused !== node ? focused.dataset.key : undefined;
  node.replaceChildren();
  append(node, children);
  if (key !== undefined) {
    [...node.querySelectorAll('[data-key]')].find(one => one.dataset.key === key)?.focus();
  }
}

/** Makes a link to a screen. */
export function link(text, screen, ...ids) {
  const href = '#/' + [screen, ...ids].map(encodeURIComponent).join('/');
  const technical = /^[a-z]+_\w{20,}$|:\/\//.test(text);
  return el('a', {class: technical ? 'mono' : null, href, 'data-key': href}, text);
}

/** Makes a table that scrolls by itself; a column is [heading, cell, class]. */
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) {
    return el('p', {class: 'soft'}, empty);
  }
  return el('div', {class: 'wide', tabindex: 0, role: 'region', 'aria-label': caption, 'data-key': 'table ' + caption},
    el('table', {},
      el('thead', {}, el('tr', {}, columns.map(([heading, , kind]) => el('th', {scope: 'col', class: kind}, heading)))),
      el('tbody', {}, rows.map(row =>
        el('tr', {}, columns.map(([, cell, kind]) => el('td', {class: kind}, cell(row))))))));
}
