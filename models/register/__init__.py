"""Every accident: the register that statistics and warnings count from, whether or not anybody investigates."""
