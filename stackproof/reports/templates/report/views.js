// The lists of findings, resources and controls, and the page of each resource and control.
const frameworksOf = (c) => [
  ...Object.keys(controls[c].frameworks || {}), ...Object.keys(controls[c].in_part || {}),
];
const nameless = (value) => value;
const severityOf = (f) => data.severities[controls[findings.control[f]].severity];
const ofItsResource = (column) => (f) => text(resources[column][findings.resource[f]]);
const present = (all, size, value) => {
  const found = new Set(distinct(size, value));
  return all.filter((one) => found.has(one));
};

const place = (f) => [
  resourceLink(findings.resource[f]),
  findings.facet[f] ? el("span", { class: "dim" }, ` ${cut(text(findings.facet[f]))}`) : null,
  el("br"), el("span", { class: "dim" }, text(resources.type[findings.resource[f]])),
];
const since = (f) => (findings.since[f]
  ? el("span", { class: "dim" }, ` failing since ${text(findings.since[f]).slice(0, 10)}`) : null);
const FINDING_COLUMNS = ["Outcome", "Severity", "Control", "Resource", "What holds, or does not"];
const findingCells = (f) => [
  badge(data.outcomes[findings.outcome[f]]), severityOf(f), controlLink(findings.control[f]),
  place(f), [cut(message(f)), since(f)],
];

const outcomeOf = (f) => data.outcomes[findings.outcome[f]];
const sightOf = (f) => data.sights[findings.sight[f]];
const several = new Set(findings.sight || []).size > 1;
const findingList = list({
  view: "findings", title: "Findings", size: count.findings, columns: FINDING_COLUMNS,
  cells: findingCells,
  filters: [
    { key: "outcome", label: "outcome", value: outcomeOf,
      options: present(data.outcomes, count.findings, outcomeOf) },
    { key: "severity", label: "severity", value: severityOf,
      options: present(data.severities, count.findings, severityOf) },
    { key: "category", label: "category", value: (f) => controls[findings.control[f]].category },
    { key: "framework", label: "framework", value: (f) => frameworksOf(findings.control[f]),
      shown: nameless },
    { key: "type", label: "type", value: ofItsResource("type"), shown: nameless },
    { key: "owner", label: "owner", value: ofItsResource("owner"), shown: nameless },
    { key: "environment", label: "environment", value: ofItsResource("environment"),
      shown: nameless },
    { key: "region", label: "region", value: ofItsResource("region"), shown: nameless },
    { key: "sight", label: "sight", value: sightOf, fallback: several ? data.sight : "" },
    { key: "control", label: "control", value: (f) => controls[findings.control[f]].id,
      shown: nameless },
  ],
  haystack: (f) => [
    controls[findings.control[f]].id, ofItsResource("name")(f), ofItsResource("of")(f),
    ofItsResource("id")(f), ofItsResource("arn")(f), ofItsResource("type")(f),
    text(findings.facet[f]), message(f),
  ].join("\n"),
});

const few = (counts) => data.outcomes.map((outcome, i) => [outcome, counts[i]])
  .filter(([, number]) => number)
  .map(([outcome, number]) => el("span", { class: `badge ${outcome}` }, `${number} ${words(outcome)}`))
  .flatMap((made) => [made, " "]);

const worstOf = (groups) => (row) => data.outcomes[worst(groups[row])] || "no finding";
const byWorst = (groups) => groups.map((_, i) => i).sort((a, b) => {
  const [x, y] = [tally(groups[a]), tally(groups[b])];
  return y[FAIL] - x[FAIL] || y[1] - x[1] || a - b;
});
const ordered = byWorst(ofResource);
const resourceAt = (column) => (row) => text(resources[column][ordered[row]]);
const resourceList = list({
  view: "resources", title: "Resources", size: count.resources,
  columns: ["Resource", "Type", "Status", "Findings"],
  cells: (row) => [
    resourceLink(ordered[row]), resourceAt("type")(row), resourceAt("status")(row),
    few(tally(ofResource[ordered[row]])),
  ],
  filters: [
    { key: "worst", label: "verdict", value: (row) => worstOf(ofResource)(ordered[row]) },
    { key: "status", label: "status", value: resourceAt("status"), shown: nameless },
    { key: "type", label: "type", value: resourceAt("type"), shown: nameless },
    { key: "owner", label: "owner", value: resourceAt("owner"), shown: nameless },
    { key: "environment", label: "environment", value: resourceAt("environment"), shown: nameless },
    { key: "region", label: "region", value: resourceAt("region"), shown: nameless },
  ],
  haystack: (row) => ["name", "of", "type", "id", "arn", "urn", "why"]
    .map((column) => resourceAt(column)(row)).join("\n"),
});

const rated = byWorst(ofControl);
const controlAt = (row) => controls[rated[row]];
const controlList = list({
  view: "controls", title: "Controls", size: controls.length,
  columns: ["Control", "Severity", "What it demands", "Findings"],
  cells: (row) => [
    controlLink(rated[row]), data.severities[controlAt(row).severity], controlAt(row).title,
    few(tally(ofControl[rated[row]])),
  ],
  filters: [
    { key: "worst", label: "verdict", value: (row) => worstOf(ofControl)(rated[row]) },
    { key: "severity", label: "severity", options: data.severities,
      value: (row) => data.severities[controlAt(row).severity] },
    { key: "category", label: "category", value: (row) => controlAt(row).category },
    { key: "framework", label: "framework", value: (row) => frameworksOf(rated[row]),
      shown: nameless },
  ],
  haystack: (row) => `${controlAt(row).id}\n${controlAt(row).title}`,
});

const facts = (rows) => el("dl", { class: "rows" }, rows.filter(([, value]) => value !== "")
  .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, ...[value].flat()))));
const part = (title, rows) => (rows.length ? [el("h3", {}, title), facts(rows)] : []);
const pairs = (numbers) => (numbers || []).flatMap((number, i) =>
  (i % 2 ? [] : [[text(number), el("code", {}, text(numbers[i + 1]))]]));
const hitsTable = (hits, columns, cells) => el("div",
  { class: "wide", tabindex: 0, role: "region", "aria-label": "its findings" },
  el("table", { class: "stack" },
    el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, hits.map((f) => el("tr", {}, cells(f).map((cell, i) =>
      el("td", { "data-label": columns[i] }, cell)))))));

const pointsOf = (r) => {
  const points = (resources.points || [])[r] || [], made = [];
  for (let i = 0; i < points.length; i += 2) made.push([points[i], points[i + 1]]);
  return made;
};
const resourcePage = (r) => {
  const at = (column) => text(resources[column][r]);
  return [
    el("p", { class: "dim" }, "Resource · ", at("type")),
    el("h2", { tabindex: -1 }, resourceLabel(r), " ", verdict(ofResource[r])),
    facts([["status", at("status") + (at("why") ? `: ${at("why")}` : "")], ["id", at("id")],
      ["ARN", at("arn")], ["URN", at("urn")], ["region", at("region")], ["part of", at("of")]]),
    ...part("Tags", pairs(resources.tags[r])),
    el("h3", {}, `Findings (${ofResource[r].length})`),
    ofResource[r].length
      ? hitsTable(ofResource[r], ["Outcome", "Severity", "Control", "What holds, or does not"],
        (f) => [badge(outcomeOf(f)), severityOf(f), controlLink(findings.control[f]),
          [several ? `${sightOf(f)}: ` : "", message(f), since(f)]])
      : el("p", {}, "No control judged it."),
    ...part("Points to", pointsOf(r).map(([name, to]) => [text(name), resourceLink(to)])),
    ...part("Who points here", pointing[r].map(([name, from]) =>
      [text(resources.type[from]), [resourceLink(from), ` (${text(name)})`]])),
    ...part("Facts", pairs(resources.facts[r])),
    ...(resources.digests[r].length ? [el("h3", {}, "Kept as a digest alone"),
      el("p", {}, resources.digests[r].map(text).join(", "))] : []),
    ...part("Could not be seen", pairs(resources.hidden[r])),
  ];
};

const requirements = (books, note) => Object.entries(books || {}).flatMap(([book, ids]) =>
  ids.flatMap((id) => [link("framework", book, `${book} ${id}`), note, el("br")]));
const SHOWN_HITS = 200;
const controlPage = (c) => {
  const control = controls[c], hits = ofControl[c];
  return [
    el("p", { class: "dim" }, "Control · ", el("code", {}, control.id)),
    el("h2", { tabindex: -1 }, control.title, " ", verdict(hits)),
    facts([["severity", data.severities[control.severity]], ["category", words(control.category)],
      ["judges", (control.types || []).join(", ")]]),
    ...part("Parameters that are not the defaults", Object.entries(control.parameters || {})),
    ...part("Evidence for", [["", [...requirements(control.frameworks, ""),
      ...requirements(control.in_part, " (in part)")]]].filter(([, value]) => value.length)),
    el("h3", {}, `Findings (${hits.length.toLocaleString("en")})`),
    hitsTable(hits.slice(0, SHOWN_HITS), ["Outcome", "Resource", "What holds, or does not"],
      (f) => [badge(outcomeOf(f)), place(f), [message(f), since(f)]]),
    hits.length > SHOWN_HITS
      ? el("p", {}, el("a", { href: `#findings?control=${encodeURIComponent(control.id)}` },
        `all ${many(hits.length, "finding")}`)) : null,
  ];
};
