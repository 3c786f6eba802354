"""Records by what people call them: a file, or a place in the history."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model.json_text import bytes_of, is_readable
from stackproof.record.form import Record, RecordError
from stackproof.record.history import History
from stackproof.record.reading import read

FORMS: Final = (
    "FILE, STACK, STACK~1 (the one before the last), STACK@YYYY-MM-DD or a digest's begin"
)
_BACK: Final = re.compile(r"(?P<stack>.+)~(?P<back>\d{1,6})")
_DAY: Final = re.compile(r"(?P<stack>.+)@(?P<day>\d{4}-\d{2}-\d{2})")
_DIGEST: Final = re.compile(r"[0-9a-f]{6,64}")


def find(ref: str, history: History | None) -> Record:
    """Give the record that somebody means; raise StackproofError when there is none, or several."""
    if is_readable(ref):
        try:
            return read(bytes_of(Path(ref)))
        except OSError as error:
            raise RecordError(f"{ref} cannot be read: {error.strerror}") from None
        except RecordError as error:
            raise RecordError(f"{ref}: {error}") from None
    if history is None:
        raise RecordError(f"there is no file {ref}, and no history is named to look for it in")
    back, day = _BACK.fullmatch(ref), _DAY.fullmatch(ref)
    stacks = {stack for stack, _ in history.months()}
    stack = next((m["stack"] for m in (back, day) if m and m["stack"] in stacks), ref)
    places = list(history.places(stack)) if stack in stacks else []
    if day and stack != ref:
        places = [place for place in places if place.began.startswith(day["day"])]
    elif back and stack != ref:
        places = places[: len(places) - int(back["back"])]
    elif not places and _DIGEST.fullmatch(ref):
        places = [place for place in history.places() if place.digest.startswith(ref)]
        if len(places) > 1:
            raise StackproofError(f"{len(places)} records begin with {ref}", Code.HISTORY)
    if not places:
        known = ", ".join(sorted(stacks)) or "none"
        raise StackproofError(
            f"there is no record {ref!r} at {history.store.name}; write {FORMS}; "
            f"the stacks there are: {known}",
            Code.HISTORY,
        )
    return history.read(places[-1])
