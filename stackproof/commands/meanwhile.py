"""What is needed after AWS was read is loaded while its answers are on their way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stackproof.children import Pool


@contextmanager
def loading() -> Iterator[None]:
    """Load controls and the record beside what the block does; both are there at its end.

    What can't be loaded is told where it is used.
    """
    with Pool(1) as pool:
        pool.submit(_load)
        yield


def _load() -> None:
    from stackproof.controls import catalogue

    catalogue()
    import stackproof.record  # noqa: F401 - five hundredths of a second, for who writes it
