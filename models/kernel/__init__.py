"""What every room stands on: the act (a transaction of one actor), events and their chain, policy, errors, settings, stores."""
