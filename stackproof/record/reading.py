"""The one way into records that somebody else held: a file's, or those of the history.

A record is taken when it has the content that its digest is over, and its numbers are those of
its findings: what was edited must neither close an issue nor let a failure pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, get_args

from pydantic import ValidationError

from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED
from stackproof.model import Severity
from stackproof.model.json_text import TextError, parse
from stackproof.model.outcome import OutcomeWord
from stackproof.model.sentences import many
from stackproof.record.form import VERSION, Finding, Record, RecordError
from stackproof.record.rows import Row, digest_of, digest_of_rows, record_of_rows, rows_of

_CHANGED: Final = (
    "its content is not the one that its digest is over: it was changed since it was kept"
)
_WORDS: Final = ("verified", "not verified", "failed")


def read(text: str | bytes) -> Record:
    """Read a record; raise RecordError with a sentence when it is none that can be believed."""
    try:
        data = parse(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RecordError(f"it is not JSON (byte {error.start + 1} is no text in UTF-8)") from None
    except TextError as error:
        raise RecordError(f"it is not JSON ({error})") from None
    if not isinstance(data, dict) or "record" not in data:
        raise RecordError("it is no record of stackproof: it has no key 'record'")
    version = data["record"]
    if version != VERSION or isinstance(version, bool):
        raise RecordError(
            f"it is a record of version {version!r}, and this stackproof reads {VERSION}"
        )
    try:
        record = Record.model_validate(data)
    except ValidationError as error:
        raise RecordError(f"it is no record: {problem(error)}") from None
    check(record)
    return record


def read_rows(rows: Sequence[Row]) -> Record:
    """Give the record that rows of the history are of; raise RecordError like `read`."""
    record = record_of_rows(rows)
    held = record.chain and record.chain.digest
    if held != digest_of_rows(rows):
        raise RecordError(f"{_called(record)}: {_CHANGED}")
    _agree(record)
    return record


def check(record: Record) -> None:
    """Raise RecordError for a record with other content than its digest, or that is at odds."""
    if record.chain is not None and not _fits(record, record.chain.digest):
        raise RecordError(f"{_called(record)}: {_CHANGED}")
    _agree(record)


def problem(error: ValidationError) -> str:
    """Say the first thing that is wrong with a form, and where."""
    first: Any = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _called(record: Record) -> str:
    return f"the record of {record.run.stack}, {record.run.began[:19]}"


def _fits(record: Record, digest: str) -> bool:
    # Where an earlier release wrote it, it has fewer keys, and its digest is over these.
    given = digest_of_rows(rows_of(record, as_given=True))
    return digest == given or digest == digest_of(record)


def _agree(record: Record) -> None:
    for sentence in _contradictions(record):
        raise RecordError(f"{_called(record)} contradicts itself: {sentence}")


def _contradictions(record: Record) -> Iterator[str]:
    """Say where numbers and words of a record are not those of what it lists."""
    run, own = record.run, record.own
    for outcome in get_args(OutcomeWord):
        if outcome not in record.summary:
            yield f"it does not count findings {outcome!r}"
    yield from _counted("finding", record.summary, (finding.outcome for finding in own))
    yield from _counted("resource", record.accounting.counts, (r.status for r in record.resources))
    times = Counter((f.sight, f.fingerprint, f.outcome) for f in record.findings)
    for (_, fingerprint, _), number in times.items():
        if number > 1:
            yield f"the finding {fingerprint} is there {number} times"
    failing = [finding for finding in record.findings if _counts(finding, record)]
    bad = [scenario for scenario in record.scenarios if scenario.outcome in ("failed", "unknown")]
    code = f"its exit code is {run.exit_code}"
    if failing and run.exit_code != FAILED:
        yield f"{code}, and it has {many(len(failing), 'failure')} of {run.fail_on} or more"
    if run.exit_code == FAILED and not failing and not bad:
        yield f"{code}, and nothing fails"
    if run.exit_code == VERIFIED:
        counts = Counter(finding.outcome for finding in own)
        if counts["unknown"] or record.errors:
            yield f"{code}, and not everything could be seen"
        if not counts["pass"] + counts["waived"] + counts["fail"]:
            yield f"{code}, and nothing was judged"
    word = run.verdict.partition(":")[0]
    if word not in _words(run.exit_code, own_fail=any(f.sight == run.sight for f in failing)):
        yield f"{code}, and its verdict is {word[:40]!r}"


def _counted(noun: str, told: dict[Any, int], there: Iterable[str]) -> Iterator[str]:
    counts = Counter(there)
    for word in sorted(told.keys() | counts.keys()):
        if told.get(word, 0) != counts[word]:
            yield f"it counts {many(told.get(word, 0), noun)} {word!r}, and lists {counts[word]}"


def _counts(finding: Finding, record: Record) -> bool:
    severe = Severity(finding.severity).at_least(Severity(record.run.fail_on))
    return finding.outcome == "fail" and severe


def _words(exit_code: int, *, own_fail: bool) -> tuple[str, ...]:
    """Give how the verdict may begin: by the run's own sight, as far as it decides."""
    if exit_code == VERIFIED:
        return ("verified",)
    if own_fail:
        return ("failed",)
    # Earlier releases began with what the controls alone say, and then said what is worse.
    return _WORDS[:2] if exit_code == COULD_NOT else _WORDS
