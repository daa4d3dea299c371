"""How people and machines reach the system."""
