"""Bad inputs, a table a place: each is told in one sentence, with the right exit code."""
