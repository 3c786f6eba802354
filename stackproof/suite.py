"""pytest as `stackproof scenarios` starts it: a reader that goes away fails no stack."""

from __future__ import annotations

import os
import sys

from stackproof.exit_codes import PIPE_CLOSED
from stackproof.signals import Ending, for_pytest, sentence
from stackproof.streams import let_go, show_anything

# pytest wants to rewrite the assertions of all that has a plugin. This module is of it, and the
# assertions of scenarios are rewritten all the same: the plugin asks for it.
_IMPORTED = (
    "ignore:Module already imported so cannot be rewritten; stackproof:"
    "pytest.PytestAssertRewriteWarning"
)


def main() -> int:
    """Run pytest with this process's arguments, and give its exit code."""
    ending = Ending(for_pytest)
    code = 0
    try:
        ending.listen()
        # What scenarios import from the project's folder is found, behind all that is installed.
        sys.path.append(os.getcwd())
        show_anything()
        code = _pytest()
        ending.take()
    except KeyboardInterrupt:
        ending.take()
    ending.leave()
    if ending.number is None or code == ending.exit_code:
        return code
    # It came before or after pytest listens to it.
    sys.stderr.write(f"{sentence(ending.number)}\n")
    return 128 + ending.number


def _pytest() -> int:
    # pytest takes a while to load, and a signal may come meanwhile.
    import pytest

    try:
        code = int(pytest.main(["-W", _IMPORTED, *sys.argv[1:]]))
        sys.stdout.flush()
    except BrokenPipeError:
        # pytest's own command answers with the code of failures.
        let_go()
        return PIPE_CLOSED
    return code


if __name__ == "__main__":
    sys.exit(main())
