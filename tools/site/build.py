"""Make the site: `python -m tools.site.build [FOLDER]`, offline, by default into `site/`.

The pages of `docs/` and those made from the code are put into one folder, Zensical makes HTML of
them (its strict mode checks every link), and what a page would load from elsewhere is replaced.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from tools.site.api_page import api_page
from tools.site.commands_page import commands_page
from tools.site.control_pages import control_pages
from tools.site.embedded_page import embedded_page
from tools.site.licences_page import licences_page
from tools.site.settings_page import settings_page
from tools.site.type_pages import type_pages

ROOT: Final = Path(__file__).parents[2]
CONFIG: Final = "zensical.toml"
# A page that is opened as a file may start no worker from one: browsers' own rule for them.
_SHIM: Final = re.compile(r'<script src="https://unpkg.com/iframe-worker/shim"[^>]*></script>')
_WORKER: Final = """\
if (location.protocol === "file:") {{
  const Real = Worker;
  const text = {text};
  window.Worker = class extends Real {{
    constructor() {{
      super(URL.createObjectURL(new Blob([text], {{type: "text/javascript"}})));
    }}
  }};
}}
"""
_WORKER_FILE: Final = "assets/javascripts/worker-as-file.js"


class SiteError(Exception):
    """Raised where no site can be made; says why."""


def pages() -> Mapping[str, Callable[[], str]]:
    """Give what makes each page, by its path."""
    docs = ROOT / "docs"
    return {
        **{str(p.relative_to(docs)): partial(_written, p) for p in sorted(docs.rglob("*.md"))},
        "settings.md": settings_page,
        "commands.md": commands_page,
        "api.md": api_page,
        "embedded-lists.md": embedded_page,
        "licences.md": licences_page,
        "hostile-input.md": _hostile_page,
        **type_pages(),
        **control_pages(),
    }


def _hostile_page() -> str:
    # pytest counts what it finds in a process of its own: this one may be a test already.
    command = [sys.executable, "-m", "tests.hostile"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _written(path: Path) -> str:
    depth = len(path.relative_to(ROOT / "docs").parts) - 1
    return in_docs(path.read_text(encoding="utf-8"), depth)


def in_docs(text: str, depth: int) -> str:
    """Give a page's text with links to files outside of `docs/` as their mere names.

    `depth` is the number of folders within `docs/` that the page stands in.
    """
    outside = re.compile(rf"\[([^\]]+)\]\((?:\.\./){{{depth + 1},}}([^)#]+)\)")
    return outside.sub(lambda found: f"{found[1]} (`{found[2]}`)", text)


def files() -> Iterator[Path]:
    """Give what pages show or link to besides pages."""
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.is_file() and path.suffix not in {".md", ".toml"}:
            yield path


def build(
    site: Path, wanted: Callable[[str], bool] = lambda path: True, *, strict: bool = True
) -> None:
    """Make the site of the pages that are wanted, and take what stood there away.

    Raises SiteError when Zensical isn't there or refuses; one that is `strict` refuses a link to
    a page that there isn't.
    """
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        for path, make in pages().items():
            if wanted(path):
                _put(work / "docs" / path, make())
        for file in files():
            _put(work / "docs" / file.relative_to(ROOT / "docs"), file.read_bytes())
        shutil.copy(ROOT / "docs" / CONFIG, work / CONFIG)
        _run(work, *(["--strict"] if strict else []))
        _offline(work / "site")
        if site.exists():
            shutil.rmtree(site)
        shutil.copytree(work / "site", site)


def _put(path: Path, held: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(held.encode() if isinstance(held, str) else held)


def _run(work: Path, *options: str) -> None:
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--clean", *options]
    try:
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise SiteError('there is no Zensical; it comes with `pip install ".[docs]"`') from None
    if done.returncode:
        raise SiteError(f"Zensical refuses the pages:\n{done.stdout}{done.stderr}")


def _offline(site: Path) -> None:
    """Let search work from files, without anything from elsewhere."""
    (worker,) = (site / "assets" / "javascripts" / "workers").glob("search.*.js")
    _put(site / _WORKER_FILE, _WORKER.format(text=json.dumps(worker.read_text(encoding="utf-8"))))
    for page in site.rglob("*.html"):
        up = "../" * (len(page.relative_to(site).parts) - 1)
        text = page.read_text(encoding="utf-8")
        page.write_text(
            _SHIM.sub(f'<script src="{up}{_WORKER_FILE}"></script>', text), encoding="utf-8"
        )


if __name__ == "__main__":
    place = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "site"
    try:
        build(place)
    except SiteError as error:
        sys.exit(str(error))
    print(f"the site: {place / 'index.html'}")
