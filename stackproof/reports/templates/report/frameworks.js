// Rule books: each requirement, the controls that are evidence for it, and what came of them.
const NOTE = "A control that is mapped to a requirement is evidence for it, and no certification: " +
  "a requirement also asks for what no look at AWS can show. What is mapped in part covers only " +
  "some of what the requirement asks.";
const collator = new Intl.Collator("en", { numeric: true });
const books = new Map();
controls.forEach((control, c) => {
  for (const [kind, whole] of [["frameworks", true], ["in_part", false]]) {
    for (const [book, ids] of Object.entries(control[kind] || {})) {
      if (!books.has(book)) books.set(book, new Map());
      for (const id of ids) {
        const held = books.get(book);
        if (!held.has(id)) held.set(id, []);
        held.get(id).push([c, whole]);
      }
    }
  }
});
const hitsOf = (mapped) => mapped.flatMap(([c]) => ofControl[c]);
const ledger = (book) => {
  const counts = data.outcomes.map(() => 0);
  for (const mapped of books.get(book).values()) {
    const found = worst(hitsOf(mapped));
    if (found >= 0) counts[found] += 1;
  }
  return counts;
};

const frameworkList = () => [
  el("h2", { tabindex: -1 }, "Frameworks"),
  el("p", { class: "note" }, NOTE),
  el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Frameworks" },
    el("table", { class: "stack" },
      el("thead", {}, el("tr", {}, ["Framework", "Requirements by their worst finding",
        "With a control", "Without one"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, [...books.keys()].sort().map((book) => el("tr", {},
        el("td", {}, link("framework", book, book)),
        el("td", { "data-label": "by their worst finding" }, few(ledger(book))),
        el("td", { "data-label": "with a control" }, `${books.get(book).size}`),
        el("td", { "data-label": "without one" },
          book in data.unmapped ? `${data.unmapped[book].length}` : "not known")))))),
];

const requirementRow = ([id, mapped]) => {
  const hits = hitsOf(mapped);
  const bad = [...new Set(hits.filter((f) => findings.outcome[f] <= 1 && findings.sight[f] === own)
    .map((f) => findings.resource[f]))];
  const seen = new Set(hits.map((f) => findings.resource[f])).size;
  return el("tr", {},
    el("th", { scope: "row" }, id),
    el("td", { "data-label": "controls" }, mapped.flatMap(([c, whole]) =>
      [controlLink(c), whole ? "" : " (in part)", el("br")])),
    el("td", { "data-label": "resources" }, many(seen, "resource"),
      bad.slice(0, 5).flatMap((r) => [el("br"), resourceLink(r)]),
      bad.length > 5 ? ` and ${bad.length - 5} more` : ""),
    el("td", { "data-label": "verdict" },
      seen ? verdict(hits) : el("span", { class: "dim" }, "nothing to judge")));
};

const frameworkPage = (book) => {
  const without = data.unmapped[book] || [];
  return [
    el("p", { class: "dim" }, "Framework"),
    el("h2", { tabindex: -1 }, book),
    el("p", { class: "note" }, NOTE),
    el("p", {}, few(ledger(book))),
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": book },
      el("table", { class: "stack" },
        el("thead", {}, el("tr", {}, ["Requirement", "Controls", "Resources that fail or are unknown",
          "Verdict"].map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, [...books.get(book)].sort(([a], [b]) => collator.compare(a, b))
          .map(requirementRow)))),
    without.length ? el("details", {},
      el("summary", {}, `${many(without.length, "requirement")} without a control: not looked at`),
      el("p", {}, [...without].sort(collator.compare).join(", "))) : null,
  ];
};
