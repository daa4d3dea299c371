"""The office: accounts, units, chains of approval, absence, addresses, what may be known of whom."""
