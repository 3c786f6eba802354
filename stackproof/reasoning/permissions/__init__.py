"""May somebody do something with something: both sides' policies, judged for one request."""
