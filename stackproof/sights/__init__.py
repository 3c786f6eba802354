"""The three sights: what the program declares, what the state says, what AWS shows."""
