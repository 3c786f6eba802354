"""What a year of nightly runs of 50 stacks costs: to keep, and to ask.

Run it with `python -m benchmarks.history` on a machine that does nothing else. One stack is
deployed on the embedded AWS and verified; its record is given to each of the 50 stacks under names
of its own, and every night some of its findings and resources become others.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stackproof.embedded.server.control import embedded_aws, isolated
from stackproof.record.canonical import canonical
from stackproof.record.form import Record
from stackproof.record.history import History
from stackproof.record.history.history import key_of
from stackproof.record.history.month import Month
from stackproof.record.history.proof import prove
from stackproof.record.history.query import ask, tables
from stackproof.record.reading import read
from stackproof.record.rows import RUN, Row, digest_of_rows, rows_of

STACK = "scalepayments-prod"
STACKS, NIGHTS = 50, 365
FINDINGS = 1640
# Of a stack's findings and resources, how many are others from one night to the next.
CHANGES = 8
MOST_BYTES, MOST_SECONDS = 1e9, 2.0
QUERIES = {
    "failures by month and severity": "SELECT month, severity, count(*) FROM findings "
    "WHERE outcome = 'fail' GROUP BY ALL",
    "failures of each night of a stack": "SELECT began, count(*) FROM findings "
    "WHERE outcome = 'fail' AND stack = 'stack-07' GROUP BY ALL ORDER BY 1",
    "the ten controls that failed longest": "SELECT control, sum(last - first + 1) AS nights "
    "FROM finding_spans WHERE outcome = 'fail' GROUP BY ALL ORDER BY nights DESC LIMIT 10",
    "stacks by verdict, last month": "SELECT exit_code, count(*) FROM runs "
    "WHERE month = (SELECT max(month) FROM runs) GROUP BY ALL",
    "all findings of all nights": "SELECT outcome, count(*) FROM findings GROUP BY ALL",
}


def main() -> None:
    """Print the bytes and seconds."""
    base = _record()
    with tempfile.TemporaryDirectory(prefix="stackproof-") as held:
        history = History(held)
        began = time.monotonic()
        found = sum(_year(history, base, number) for number in range(STACKS))
        kept = sum(path.stat().st_size for path in Path(held).rglob("*.parquet"))
        print(
            f"{STACKS * NIGHTS} records, {found / 1e6:.1f} million findings: {kept / 1e6:.0f} MB "
            f"(at most {MOST_BYTES / 1e6:.0f} wanted), made in {time.monotonic() - began:.0f} s"
        )
        for what, sql in QUERIES.items():
            began, busy = time.monotonic(), time.process_time()
            with tables(history) as connection:
                number = sum(1 for _ in ask(connection, sql)[1])
            seconds, busy = time.monotonic() - began, time.process_time() - busy
            print(
                f"{what}: {seconds:.2f} s, {busy:.2f} s of processor (at most {MOST_SECONDS:.0f} s "
                f"wanted), {number} rows"
            )
        began = time.monotonic()
        proof = prove(history, "stack-07")
        assert not proof.wrong, proof.wrong[:3]
        print(f"a year of one stack proven: {time.monotonic() - began:.1f} s")


def _record() -> Record:
    stackproof = str(Path(sys.executable).with_name("stackproof"))
    with tempfile.TemporaryDirectory() as held, embedded_aws() as server:
        environment = isolated(os.environ, server, "us-east-1", home=Path(held))
        outputs, report = Path(held) / "outputs.json", Path(held) / "record.json"
        subprocess.run(
            [stackproof, "deploy", STACK, "--outputs", str(outputs)], check=True, env=environment
        )
        subprocess.run(
            [stackproof, "verify", "--outputs", str(outputs), "--report", str(report)],
            check=False,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        return read(report.read_bytes())


def _year(history: History, base: Record, number: int) -> int:
    stack, random_ = f"stack-{number:02}", random.Random(number)
    rows, previous, total = _of(base, stack), None, 0
    (run,) = [json.loads(row.body) for row in rows if row.kind == RUN]
    others = [row for row in rows if row.kind != RUN]
    month, name = Month(), ""
    for night in range(NIGHTS):
        began = datetime(2026, 1, 1, 2, tzinfo=UTC) + timedelta(days=night, seconds=number)
        _change(others, random_, began)
        if f"{began:%Y-%m}" != name:
            if name:
                _keep(history, stack, name, month)
            month, name = Month(), f"{began:%Y-%m}"
        run["run"] |= {"began": began.isoformat(), "seconds": random_.random(), "stack": stack}
        run["chain"] = {"previous": previous, "digest": "", "key": None, "signature": None}
        told = [*others, Row(RUN, "", canonical(run))]
        previous = run["chain"]["digest"] = digest_of_rows(told)
        month = month.with_rows([*others, Row(RUN, "", canonical(run))])
        total += sum(row.kind == "finding" for row in others)
    _keep(history, stack, name, month)
    return total


def _keep(history: History, stack: str, name: str, month: Month) -> None:
    history.store.replace(key_of(stack, name), month.content(stack, name), None)


def _of(base: Record, stack: str) -> list[Row]:
    """Give the rows of a stack of 1,640 findings, none of which another stack has."""
    found = base.own
    many = [
        f.model_copy(update={"name": f"{f.name}-{n // len(found)}"})
        for n, f in enumerate([found[n % len(found)] for n in range(FINDINGS)])
    ]
    told = json.loads(base.model_copy(update={"findings": many}).as_json().replace(STACK, stack))
    for n, finding in enumerate(told["findings"]):
        name = f"{stack} {n} {finding['fingerprint']}"
        finding["fingerprint"] = hashlib.sha256(name.encode()).hexdigest()[:32]
    return rows_of(Record.model_validate(told))


def _change(rows: list[Row], random_: random.Random, began: datetime) -> None:
    for _ in range(CHANGES):
        place = random_.randrange(len(rows))
        row = rows[place]
        body: dict[str, Any] = json.loads(row.body)
        if row.kind == "finding":
            failing = body["outcome"] != "fail"
            body |= {"outcome": "fail" if failing else "pass"}
            body |= {"failing_since": began.isoformat() if failing else None}
        elif row.kind == "resource":
            body["facts"]["changed"] = began.isoformat()
        rows[place] = Row(row.kind, row.key, canonical(body))


if __name__ == "__main__":
    main()
