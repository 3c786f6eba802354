"""Write the bill of materials of what users install: `python tools/sbom.py [FILE]`, CycloneDX 1.6.

It is that of an environment of its own with the package, the extras for users and the versions of
the lock, and nothing that only this project's development needs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
# Used by its command alone, in an environment of its own: two dozen packages stay out of .venv.
TOOL = "cyclonedx-bom==7.5.0"
EXTRAS = "embedded,history"


def main(arguments: list[str]) -> int:
    """Write the file, or say what failed; give the exit code of that."""
    target = Path(arguments[0]) if arguments else ROOT / "reports" / "sbom.cdx.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        python = Path(place) / "env" / "bin" / "python"
        made = f"stackproof[{EXTRAS}] @ {ROOT.as_uri()}"
        steps: list[list[str | Path]] = [
            ["venv", "--quiet", "--python", sys.executable, python.parent.parent],
            [
                *("pip", "install", "--quiet", "--python", python),
                *("--constraint", ROOT / "requirements.lock", made),
            ],
            [
                *("tool", "run", "--quiet", "--from", TOOL, "cyclonedx-py", "environment"),
                *("--mc-type", "library", "--pyproject", ROOT / "pyproject.toml"),
                *("--output-reproducible", "--output-file", target, python),
            ],
        ]
        for step in steps:
            environment = {**os.environ, "UV_SYSTEM_CERTS": "1"}
            done = subprocess.run([UV, *step], env=environment, cwd=ROOT, check=False)
            if done.returncode:
                return done.returncode
    print(f"the bill of materials: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
