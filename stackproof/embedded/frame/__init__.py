"""The frame of all creators: what a creator is, and the table of plain ones."""
