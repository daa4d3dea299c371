"""What accidents teach beyond one case: whether the same happens again in spite of what was done."""
