"""The read side: set-based, explicit columns, filtered by the policy as SQL."""
