"""What is said of a stack beside what is there: accounting, vanished, drift, unmanaged."""
