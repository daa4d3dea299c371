"""What people write: folded for comparing, freed of invisible signs, and the short names of things."""
