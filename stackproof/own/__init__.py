"""What a project adds of its own, without a fork: controls, and where its scenarios stand."""
