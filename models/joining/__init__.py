"""What becomes of cases as wholes: merged, split, linked, handed over, discontinued."""
