"""The layer in front of moto: answers what it lacks, completes what it loses, injects faults."""
