"""What people and the clock do."""
