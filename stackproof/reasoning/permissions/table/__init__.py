"""The table of pairs: who needs what on what, by the family of who needs it."""
