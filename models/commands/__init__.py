"""What may be done to a case: one function, one transaction, one or more events."""
