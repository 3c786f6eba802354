"""What this machine refuses, whatever it was asked for: that is no defect of stackproof."""

from __future__ import annotations

import errno
from typing import Final

from stackproof.error_codes import Code

_ERRORS: Final = frozenset(
    {
        errno.EACCES,
        errno.EAGAIN,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOMEM,
        errno.ENOSPC,
        errno.EPERM,
        errno.EROFS,
    }
)
# Python has no error of its own for it.
_NO_THREAD: Final = "can't start new thread"


def refusal(error: BaseException) -> str | None:
    """Give the sentence for an error by which the machine refuses something; None for others."""
    match error:
        case OSError() if error.errno in _ERRORS:
            what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        case MemoryError():
            what = "there is no memory left"
        case RuntimeError() if str(error) == _NO_THREAD:
            what = "no thread can be started: look at the limits of memory and processes (ulimit)"
        case _:
            return None
    return f"the machine refuses it: {what} [{Code.MACHINE}]"
