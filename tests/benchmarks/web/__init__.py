"""How fast the pages are at full size: a seeded database, the real server, real WebSocket clients, a real browser."""
