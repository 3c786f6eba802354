// A list that is filtered, searched and paged; the fragment of the address keeps its state.
const PER_PAGE = 100, PRINTED = 2000;

const distinct = (size, value) => {
  const found = new Set();
  for (let i = 0; i < size; i += 1) for (const one of [value(i)].flat()) if (one) found.add(one);
  return [...found];
};

// `size` rows; `filters` are {key, label, value(row), options?, shown?}, where a value may be several;
// `haystack(row)` is what is searched, `columns` the headings and `cells(row)` what stands under them.
const list = ({ view, title, size, filters, haystack, columns, cells, more }) => {
  const offered = filters.map((filter) => ({
    ...filter, options: filter.options || distinct(size, filter.value).sort(),
  })).filter((filter) => filter.options.length > 1 || filter.fallback);
  const texts = new Array(size);
  const searched = (row) => (texts[row] ??= haystack(row).toLowerCase());

  const matching = (asked) => {
    const terms = (asked.get("q") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = filters.map((filter) => [filter.value, asked.get(filter.key) ?? filter.fallback])
      .filter(([, value]) => value);
    const hits = [];
    for (let row = 0; row < size; row += 1) {
      const fits = wanted.every(([value, want]) => {
        const has = value(row);
        return Array.isArray(has) ? has.includes(want) : has === want;
      });
      if (fits && terms.every((term) => searched(row).includes(term))) hits.push(row);
    }
    return hits;
  };

  const heading = (names) => el("thead", {}, el("tr", {}, names.map((name) =>
    el("th", { scope: "col" }, name))));
  const rowOf = (row) => el("tr", {}, cells(row).map((cell, i) =>
    el("td", { "data-label": columns[i] }, cell)));

  return (asked) => {
    const status = el("p", { role: "status", class: "dim", id: "shown" });
    const body = el("tbody");
    const pager = el("nav", { class: "pager", "aria-label": "pages" });
    let hits = [], page = 1;
    const keep = () => {
      const kept = [...asked].filter(([key, value]) =>
        value || filters.some((filter) => filter.key === key && filter.fallback));
      const query = new URLSearchParams(kept).toString();
      history.replaceState(null, "", `#${view}${query ? `?${query}` : ""}`);
    };
    const show = (rows) => body.replaceChildren(...rows.map(rowOf));
    const turn = (to) => {
      const pages = Math.max(1, Math.ceil(hits.length / PER_PAGE));
      page = Math.min(Math.max(1, to), pages);
      show(hits.slice((page - 1) * PER_PAGE, page * PER_PAGE));
      const step = (label, by, off) => {
        const button = el("button", { type: "button", disabled: off }, label);
        button.addEventListener("click", () => {
          turn(page + by);
          asked.set("page", page === 1 ? "" : page);
          keep();
          const same = [...pager.querySelectorAll("button")].find((b) => b.textContent === label);
          if (same && !same.disabled) same.focus();
          else table.focus();
        });
        return button;
      };
      pager.replaceChildren(step("Previous", -1, page === 1), `page ${page} of ${pages}`,
        step("Next", 1, page === pages));
      pager.hidden = pages === 1;
    };
    const apply = (to) => {
      hits = matching(asked);
      status.textContent = hits.length === size ? many(size, "row")
        : `${hits.length.toLocaleString("en")} of ${many(size, "row")}`;
      turn(to);
    };
    const search = el("input", {
      type: "search", id: "query", "aria-label": `search ${view}`, placeholder: "search…",
    });
    search.value = asked.get("q") || "";
    const change = (key, value) => {
      asked.set(key, value);
      asked.delete("page");
      apply(1);
      keep();
    };
    search.addEventListener("input", () => change("q", search.value));
    const selects = offered.map((filter) => {
      const select = el("select", { "data-filter": filter.key, "aria-label": filter.label },
        el("option", { value: "" }, `every ${filter.label}`),
        filter.options.map((option) => el("option", { value: option },
          cut((filter.shown || words)(option)))));
      select.value = asked.get(filter.key) ?? filter.fallback ?? "";
      select.addEventListener("change", () => change(filter.key, select.value));
      return select;
    });
    const form = el("form", { role: "search", class: "filter" }, search, selects);
    form.addEventListener("submit", (event) => event.preventDefault());
    const table = el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": title },
      el("table", { class: `stack ${view}` }, heading(columns), body));
    printing = () => {
      show(hits.slice(0, PRINTED));
      if (hits.length > PRINTED)
        status.textContent += ` (the first ${PRINTED.toLocaleString("en")} are printed)`;
      return () => apply(page);
    };
    apply(Number(asked.get("page")) || 1);
    return [el("h2", { tabindex: -1 }, title), more || null, form, status, table, pager];
  };
};

// What to do before this view is printed; gives what to do afterwards.
let printing = null;
let restore = null;
addEventListener("beforeprint", () => { restore = printing && printing(); });
addEventListener("afterprint", () => { if (restore) restore(); restore = null; });
