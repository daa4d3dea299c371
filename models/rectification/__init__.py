"""Measures in the hands of units: replies, assessment, verification, disputes, talks, effect."""
