"""pytest as `stackproof scenarios` starts it: a reader that goes away fails no stack."""

from __future__ import annotations

import sys

import pytest

from stackproof.exit_codes import PIPE_CLOSED
from stackproof.streams import let_go, show_anything


def main() -> int:
    """Run pytest with this process's arguments, and give its exit code."""
    show_anything()
    try:
        code = int(pytest.main())
        sys.stdout.flush()
    except BrokenPipeError:
        # pytest's own command answers with the code of failures.
        let_go()
        return PIPE_CLOSED
    return code


if __name__ == "__main__":
    sys.exit(main())
