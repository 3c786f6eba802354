"""Many accounts at once: a fleet file as tasks on workers, each account and stack a record."""
