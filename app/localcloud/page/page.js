// Fetches the values once a second and shows them. The server makes all texts, in its language. Values are
// set as text, never as markup.
"use strict";

const INTERVAL_MS = 1000;
const PALETTE = 8;
const devices = document.getElementById("devices");
const state = document.getElementById("state");
const faults = document.getElementById("faults");
const sections = new Map();

function make(tag, name, parent) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  parent.append(element);
  return element;
}

// Sets a text only if it has changed, so that the user's selection in it is not lost.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function drop(known, wanted) {
  for (const [key, entry] of known) {
    if (!wanted.has(key)) {
      entry.root.remove();
      known.delete(key);
    }
  }
}

// The CSS class for a text of `width` characters: a shorter text is shown larger.
function size(width) {
  if (width <= 6) return "value";
  if (width <= 10) return "value long";
  return width <= 14 ? "value longer" : "value text";
}

function newTile(list) {
  const root = make("li", "tile", list);
  const about = make("div", "about", root);
  const name = make("h3", "", about);
  const pin = make("span", "pin", about);
  const reading = make("div", "reading", root);
  const line = make("p", "", reading);
  const value = make("span", "value", line);
  const unit = make("span", "unit", line);
  return { root, name, pin, value, unit, age: make("p", "age", root), widths: [] };
}

function fill(tile, stream, index) {
  write(tile.name, stream.name || stream.pin);
  tile.name.title = stream.name;
  write(tile.pin, stream.pin);
  tile.pin.hidden = !stream.name;
  const text = stream.value === null ? "–" : stream.value;
  write(tile.value, text);
  tile.value.title = stream.exact;
  // The longest of the last ten texts decides: otherwise the size would change whenever a digit comes or goes.
  tile.widths = [...tile.widths, text.length + stream.unit.length].slice(-10);
  tile.value.className = stream.value === null ? "value none" : size(Math.max(...tile.widths));
  write(tile.unit, stream.value === null ? "" : stream.unit);
  tile.unit.hidden = !stream.unit;
  write(tile.age, stream.age);
  const named = /^#[0-9a-f]{6}$/i.test(stream.color);
  tile.root.style.setProperty("--mark", named ? stream.color : `var(--c${index % PALETTE})`);
}

function newSection() {
  const root = make("section", "device", devices);
  const header = make("header", "", root);
  const name = make("h2", "", header);
  const connection = make("p", "connection", header);
  const empty = make("p", "empty", root);
  const list = make("ul", "tiles", root);
  return { root, name, connection, empty, list, events: make("ul", "events", root), tiles: new Map() };
}

function fillSection(section, device) {
  write(section.name, device.name);
  write(section.connection, device.connection);
  section.connection.className = device.connected ? "connection on" : "connection";
  write(section.empty, devices.dataset.empty);
  section.empty.hidden = device.datastreams.length > 0;
  drop(section.tiles, new Set(device.datastreams.map((stream) => stream.target)));
  device.datastreams.forEach((stream, index) => {
    if (!section.tiles.has(stream.target)) section.tiles.set(stream.target, newTile(section.list));
    const tile = section.tiles.get(stream.target);
    if (section.list.children[index] !== tile.root) {
      section.list.insertBefore(tile.root, section.list.children[index]);
    }
    fill(tile, stream, index);
  });
  while (section.events.children.length > device.events.length) section.events.lastChild.remove();
  device.events.forEach((event, index) => {
    const line = section.events.children[index] || make("li", "", section.events);
    write(line, event);
  });
}

function showFaults(entries) {
  faults.hidden = entries.length === 0;
  while (faults.children.length > entries.length) faults.lastChild.remove();
  entries.forEach((entry, index) => {
    const line = faults.children[index] || make("li", "", faults);
    write(line, entry);
  });
}

function show(values) {
  showFaults(values.faults);
  drop(sections, new Set(values.devices.map((device) => device.name)));
  for (const device of values.devices) {
    if (!sections.has(device.name)) sections.set(device.name, newSection());
    fillSection(sections.get(device.name), device);
  }
}

function showState(lost) {
  write(state, lost ? state.dataset.lost : state.dataset.live);
  state.classList.toggle("lost", lost);
  devices.classList.toggle("lost", lost);
}

async function look() {
  try {
    const answer = await fetch("/values.json", { cache: "no-store" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
    showState(false);
  } catch {
    showState(true);
  }
  setTimeout(look, INTERVAL_MS);
}

look();
