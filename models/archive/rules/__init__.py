"""What a volume must hold before its case is closed, and how long it is kept."""
