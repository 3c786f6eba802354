"""Make `.venv` with the locked dependencies; needs nothing but Python.

uv installs from its cache many times faster than pip and checks the lock file's hashes as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
UV = "uv==0.13.9"


def main() -> int:
    """Set the environment up; give 0, or 3 after one sentence that says what is wrong."""
    if sys.version_info < (3, 11):  # noqa: UP036 - any Python may be the one that make finds
        sys.stderr.write(
            f"stackproof needs Python 3.11 or later, and {sys.executable} is "
            f"{sys.version.split()[0]}; name another with `make PYTHON=python3.12 …`\n"
        )
        return 3
    began = time.monotonic()
    sys.stderr.write("setting up .venv with the locked dependencies (once) …\n")
    # A virtual environment that was moved or half made can't be trusted to be mended in place.
    venv.create(VENV, with_pip=True, clear=True)
    python = str(BIN / "python")
    environment = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_LINK_MODE": "copy"}
    install = [str(BIN / "uv"), "pip", "install", "--quiet", "--python", python]
    steps = [
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV],
        [*install, "--require-hashes", "--requirement", str(ROOT / "requirements.lock")],
        # What builds it is of the lock as well.
        [*install, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ]
    for step in steps:
        if subprocess.run(step, cwd=ROOT, env=environment, check=False).returncode:
            sys.stderr.write(
                f"the dependencies could not be installed: `{' '.join(step[:5])} …` failed; "
                "see the lines above, mend it and call make again\n"
            )
            return 3
    sys.stderr.write(f"set up in {time.monotonic() - began:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
