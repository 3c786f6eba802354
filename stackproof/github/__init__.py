"""GitHub: one issue for each finding that matters, opened, kept up to date and closed."""
