"""Time limits: calendar, rules, running deadlines, suspension, the ladder, explanations."""
