"""Explain: in sentences, where a resource or a finding stands, whose it is, and by which facts."""
