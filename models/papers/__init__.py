"""A paper's life: kinds, chain, numbers, seal, service, correction."""
