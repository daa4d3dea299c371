"""The table of competence, and the legal bases it names."""
