"""Who may do and see what: the policy, the predicates that every read passes, and what is kept from whom."""
