"""Reports for people and machines, all made from findings."""
