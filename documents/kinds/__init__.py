"""How each kind of paper is drawn: one folder for each kind, or for two that belong together, and what they share."""
