"""Accountability proposals and clues, and what the competent organs answered."""
