"""What is broken on purpose, and that everything exists exactly once afterwards: `make faults`."""
