"""Legal stacks that differ from the reference ones: the suite must judge what they say."""
