"""What a run says of itself as it goes: each call, each gap, whose each item is.

`-v` shows calls and gaps, `-vv` also how it was found whose an item is, `--log-file` keeps all of
it as JSON, a line each: `time`, `level`, `event` (`call`, `gap`, `whose`) and the event's own
facts. The file is added to, each line by one write: runs and processes may share it. It is Python's
logging under the name `stackproof`. Two variables hand both on to processes that we start. Where
nobody listens an event costs one look whether somebody does.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.model.secret_formats import as_name

LOG: Final = logging.getLogger("stackproof")
CALL, GAP, WHOSE = "call", "gap", "whose"
VERBOSE_VARIABLE: Final = "STACKPROOF_VERBOSE"
FILE_VARIABLE: Final = "STACKPROOF_LOG_FILE"
_LEVELS: Final = {CALL: logging.INFO, GAP: logging.INFO, WHOSE: logging.DEBUG}

# With these each line of a log begins.
_HEAD: Final = frozenset({"time", "level", "event"})
_LONGEST: Final = 1 << 20

Facts = Mapping[str, Any]


def listened_to(event: str) -> bool:
    """Tell whether anybody wants to know of an event."""
    return LOG.isEnabledFor(_LEVELS[event])


def tell(event: str, **facts: Any) -> None:
    """Say what has happened, to whom it may concern."""
    LOG.log(_LEVELS[event], event, extra={"facts": facts})


def start(verbosity: int = 0, file: Path | None = None) -> None:
    """Show events on standard error, and add them to a file.

    Processes that are started meanwhile may do the same by `take_over`. Raises StackproofError for
    a file that cannot be written, or is something else than such a log.
    """
    if verbosity:
        os.environ[VERBOSE_VARIABLE] = str(verbosity)
        shown = logging.StreamHandler(sys.stderr)
        shown.setLevel(logging.INFO if verbosity == 1 else logging.DEBUG)
        shown.setFormatter(_Sentence())
        _listen(shown)
    if file is not None:
        try:
            _check_log(file)
            file.parent.mkdir(parents=True, exist_ok=True)
            kept = _Kept(file)
        except OSError as error:
            raise StackproofError(
                f"{file} cannot be written: {error.strerror}", Code.UNWRITABLE
            ) from None
        kept.setFormatter(_Line())
        _listen(kept)
        os.environ[FILE_VARIABLE] = str(file.resolve())


def take_over() -> None:
    """Show and keep events as the process does that has started this one, if it does.

    Raises StackproofError for a file that cannot be written.
    """
    told, file = os.environ.get(VERBOSE_VARIABLE, ""), os.environ.get(FILE_VARIABLE)
    start(int(told) if told.isdecimal() else 0, Path(file) if file else None)


def stop() -> None:
    """Let nobody listen any more."""
    for name in (VERBOSE_VARIABLE, FILE_VARIABLE):
        os.environ.pop(name, None)
    for handler in list(LOG.handlers):
        LOG.removeHandler(handler)
        handler.close()
    LOG.setLevel(logging.NOTSET)


def kept_in() -> Path | None:
    """Give the file that this process, or the one that has started it, keeps events in."""
    file = os.environ.get(FILE_VARIABLE)
    return Path(file) if file else None


def _check_log(file: Path) -> None:
    """Raise StackproofError for a file with anything else in it: a state, settings, a report."""
    if not file.is_file():
        return
    with file.open("rb") as there:
        first = there.readline(_LONGEST)
    try:
        event = json.loads(first) if first else dict.fromkeys(_HEAD)
    except ValueError:
        event = None
    if not isinstance(event, dict) or not event.keys() >= _HEAD:
        raise StackproofError(
            f"{file} holds something else than a log: keep the log in another file", Code.USAGE
        )


@contextmanager
def heard(event: str, take: Callable[[Facts], None]) -> Iterator[None]:
    """Hand the facts of an event's kind to somebody for the duration of the block."""
    ear = _Ear(event, take)
    level = LOG.level
    _listen(ear)
    try:
        yield
    finally:
        LOG.removeHandler(ear)
        LOG.setLevel(level)


def _listen(handler: logging.Handler) -> None:
    LOG.addHandler(handler)
    LOG.setLevel(min(handler.level or logging.DEBUG, LOG.level or logging.CRITICAL))


class _Ear(logging.Handler):
    def __init__(self, event: str, take: Callable[[Facts], None]) -> None:
        super().__init__(_LEVELS[event])
        self._event, self._take = event, take

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == self._event:
            self._take(record.__dict__["facts"])


class _Kept(logging.Handler):
    """Adds events to a file; where that ends early it is said, and the run goes on."""

    def __init__(self, file: Path) -> None:
        super().__init__(logging.DEBUG)
        self._file = file
        self._open: int | None = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)

    def emit(self, record: logging.LogRecord) -> None:
        if self._open is None:
            return
        line = f"{self.format(record)}\n".encode()
        try:
            # One write: with O_APPEND it stands whole among those of other processes.
            written = os.write(self._open, line)
            while written < len(line):  # a full disk takes a part first
                written += os.write(self._open, line[written:])
        except OSError as error:
            from stackproof.safe_text import clean

            self.close()
            sys.stderr.write(
                f"{clean(str(self._file))} cannot be written to its end: {error.strerror}; the log "
                f"is not whole [{Code.UNWRITABLE}]\n"
            )

    def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            os.close(self._open)
            self._open = None
        super().close()


class _Line(logging.Formatter):
    """An event as JSON; ASCII only, so that no name in it steers a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": when, "level": record.levelname.lower(), "event": record.msg}
        return json.dumps({**head, **_shown(record.__dict__["facts"])}, default=str)


class _Sentence(logging.Formatter):
    """An event as a line for people."""

    def format(self, record: logging.LogRecord) -> str:
        from stackproof.safe_text import clean

        when = datetime.fromtimestamp(record.created).strftime("%H:%M:%S.%f")[:-3]
        return clean(
            f"{when} {record.msg}: {_sentence(record.msg, _shown(record.__dict__['facts']))}"
        )


def _shown(facts: Facts) -> Facts:
    """Give facts without what by its format is somebody's secret, wherever in them it stands."""
    return {name: _without_secrets(fact) for name, fact in facts.items()}


def _without_secrets(fact: Any) -> Any:
    if isinstance(fact, str):
        return as_name(fact)
    return _shown(fact) if isinstance(fact, Mapping) else fact


def _sentence(event: str, facts: Facts) -> str:
    match event:
        case "call":
            retries = f", {facts['retries']} retries" if facts["retries"] else ""
            given = ", ".join(f"{name}={value}" for name, value in facts["parameters"].items())
            return (
                f"{facts['operation']}({given}) {facts['region']}: {facts['outcome']}, "
                f"{facts['milliseconds']} ms{retries}"
            )
        case "gap":
            detail = f" ({facts['detail']})" if facts["detail"] else ""
            return f"{facts['type']} {facts['region']} not seen whole: {facts['cause']}{detail}"
        case _:
            return (
                f"{facts['type']} {facts['arn'] or facts['id']} {facts['region']}: "
                f"{facts['whose']}, because {facts['why']}"
            )
