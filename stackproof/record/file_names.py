"""How files and folders are called after a stack."""

from __future__ import annotations

from urllib.parse import quote


def file_name(stack: str) -> str:
    """Give the name of a file or folder for a stack: it leads nowhere else and is not hidden."""
    name = quote(stack, safe=" @+=,")
    return f"%2E{name[1:]}" if name.startswith(".") else name
