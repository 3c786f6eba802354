"""The history of records: Parquet in a folder or a bucket, by stack and month."""

from stackproof.record.history.history import History
from stackproof.record.history.store import HistoryError

__all__ = ["History", "HistoryError"]
