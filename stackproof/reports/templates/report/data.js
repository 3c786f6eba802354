// The record, as columns of numbers into one table of texts, and how elements are made of it.
// Every text gets into the page as text, never as markup.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const findings = data.findings, resources = data.resources, controls = data.controls;
const texts = [];
data.texts.rest.forEach((rest, i) => texts.push(
  i ? texts[i - 1].slice(0, data.texts.shared[i]) + rest : rest));
const text = (number) => texts[number];
const count = data.counts;
const LISTED = new Set(["tags", "facts", "digests", "hidden", "points"]);
// The zeros at a column's end are left out of it; where all are, so is the column.
for (const [columns, size] of [[findings, count.findings], [resources, count.resources]])
  for (const [name, column] of Object.entries(columns))
    while (column.length < size) column.push(LISTED.has(name) ? [] : 0);
const FAIL = data.outcomes.indexOf("fail");
const own = data.sights.indexOf(data.sight);
const words = (name) => name.replaceAll("_", " ");
const MOST = 200;
const cut = (value) => (value.length > MOST ? `${value.slice(0, MOST)}…` : value);
const many = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;

const el = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== ""));
  return made;
};
const badge = (outcome) => el("span", { class: `badge ${outcome}` }, words(outcome));
const link = (view, key, label) =>
  el("a", { href: `#${view}/${encodeURIComponent(key)}` }, label);
const resourceLabel = (r) => {
  const of = text(resources.of[r]);
  return `${cut(text(resources.name[r]))}${of ? ` of ${cut(of)}` : ""}`;
};
const resourceLink = (r) => link("resource", text(resources.key[r]), resourceLabel(r));
const controlLink = (c) => link("control", controls[c].id, el("code", {}, controls[c].id));

const message = (f) => {
  const outcome = data.outcomes[findings.outcome[f]];
  if (outcome === "pass") return controls[findings.control[f]].title;
  if (outcome !== "fail") return text(findings.message[f]);
  const [property, actual, expected, fix] = ["property", "actual", "expected", "fix"].map((name) =>
    text(findings[name][f]));
  return `${property} is ${actual}, expected ${expected}. ${fix}`;
};

// Findings by resource and by control, and how many of each outcome at the run's own sight.
const group = (column, size) => {
  const groups = Array.from({ length: size }, () => []);
  column?.forEach((place, f) => groups[place].push(f));
  return groups;
};
const ofResource = group(findings.resource, count.resources);
const ofControl = group(findings.control, controls.length);
const tally = (hits) => {
  const counts = data.outcomes.map(() => 0);
  for (const f of hits) if (findings.sight[f] === own) counts[findings.outcome[f]] += 1;
  return counts;
};
// The worst outcome of some findings: its place in data.outcomes, -1 where there are none.
const worst = (hits) => tally(hits).findIndex((number) => number > 0);
const verdict = (hits) => {
  const found = worst(hits);
  return found < 0 ? el("span", { class: "dim" }, "no finding") : badge(data.outcomes[found]);
};

// Who points to each resource, and with which property.
const pointing = Array.from({ length: count.resources }, () => []);
(resources.points || []).forEach((points, r) => {
  for (let i = 0; i < points.length; i += 2) pointing[points[i + 1]].push([points[i], r]);
});
