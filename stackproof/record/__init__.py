"""One run as a record: what was looked at, what was found, and what changed since the last one.

`Record` is the one shape of a run: reports of every format are views of it, the history keeps it.
"""

from stackproof.record.form import Record
from stackproof.record.made import record_of

__all__ = ["Record", "record_of"]
