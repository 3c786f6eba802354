// The address's fragment says what is shown: #overview and its sections, a list, or one page.
const overview = document.getElementById("overview"), view = document.getElementById("view");
const keyed = (name, size, keyOf, page, whole) => (key) => {
  for (let i = 0; i < size; i += 1) if (keyOf(i) === key) return page(i);
  return [el("h2", { tabindex: -1 }, "Not in this report"),
    el("p", {}, `This report has no ${name} `, el("code", {}, cut(key)), "; see ",
      el("a", { href: `#${whole}` }, "those that it has"), ".")];
};
const bookNames = [...books.keys()];
const LISTS = {
  findings: findingList, resources: resourceList, controls: controlList, frameworks: frameworkList,
};
const PAGES = {
  resource: keyed("resource", count.resources, (r) => text(resources.key[r]), resourcePage,
    "resources"),
  control: keyed("control", controls.length, (c) => controls[c].id, controlPage, "controls"),
  framework: keyed("framework", bookNames.length, (b) => bookNames[b],
    (b) => frameworkPage(bookNames[b]), "frameworks"),
};
const decoded = (key) => {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
};
const mark = (tab) => {
  for (const one of document.querySelectorAll("#tabs a")) {
    if (one.getAttribute("href") === `#${tab}`) one.setAttribute("aria-current", "page");
    else one.removeAttribute("aria-current");
  }
};

const route = () => {
  const address = location.hash.slice(1);
  const [, name, key, query] = /^([a-z-]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(address) || [];
  printing = null;
  let made = null;
  if (Object.hasOwn(LISTS, name)) made = LISTS[name](new URLSearchParams(query || ""));
  else if (Object.hasOwn(PAGES, name)) made = PAGES[name](decoded(key || ""));
  overview.hidden = made !== null;
  view.hidden = made === null;
  mark(made === null ? "overview" : Object.hasOwn(PAGES, name) ? `${name}s` : name);
  view.replaceChildren(...(made || []).flat().filter(Boolean));
  const heading = view.querySelector("h2");
  document.title = made ? `${heading.textContent} · ${data.stack}` : TITLE;
  if (made) {
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  } else if (address) {
    const part = document.getElementById(address);
    if (address === "overview" || !part) scrollTo(0, 0);
    else part.scrollIntoView();
  }
};
const TITLE = document.title;
addEventListener("hashchange", route);

const theme = document.getElementById("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
const darkNow = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
const paint = () => theme.setAttribute("aria-pressed", darkNow());
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = darkNow() ? "light" : "dark";
  paint();
});
dark.addEventListener("change", paint);
addEventListener("keydown", (event) => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const search = () => document.getElementById("query").focus();
  if (document.getElementById("query")) search();
  else {
    addEventListener("hashchange", search, { once: true });
    location.hash = "findings";
  }
});
paint();
route();
for (const one of document.querySelectorAll("[data-script]")) one.hidden = false;
