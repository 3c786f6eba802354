"""What is needed after AWS was read is made ready while its answers are on their way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stackproof.children import Pool


@contextmanager
def loading() -> Iterator[None]:
    """Load controls, and what the record says of them, beside what the block does.

    What can't be loaded is told where it is used.
    """
    with Pool(1) as pool:
        pool.submit(_load)
        yield


def _load() -> None:
    from stackproof.controls import catalogue

    catalogue()
    from stackproof.record.meaning import ours

    ours()
