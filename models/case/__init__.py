"""The investigation: facts, findings, evidence, liability decisions."""
