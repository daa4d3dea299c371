"""What happens by itself: short, repeatable Prefect flows and the clock."""
