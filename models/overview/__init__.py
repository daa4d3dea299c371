"""What is read across rooms: worklists, the case page, the leaders’ figures, messages."""
