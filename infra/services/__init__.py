"""Services that a stack can run before it has its own."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["SAMPLE", "SAMPLE_COMMAND", "SAMPLE_IMAGE"]

# The root of a repository as the delivery pipeline builds it.
SAMPLE = Path(__file__).resolve().parent / "sample"


def _base(containerfile: Path) -> str:
    """Return the image that a Containerfile starts from."""
    text = containerfile.read_text(encoding="utf-8")
    (base,) = re.findall(r"^FROM (\S+)$", text, flags=re.MULTILINE)
    return str(base)


# The sample is one file for the interpreter of its base image, so the public base image and that
# file as its command are the same service as the image that is built of them. That way a stack
# starts on its first day, when no registry holds an image of ours yet.
SAMPLE_IMAGE = _base(SAMPLE / "Containerfile")
SAMPLE_COMMAND = ("python", "-c", (SAMPLE / "src" / "service.py").read_text(encoding="utf-8"))
