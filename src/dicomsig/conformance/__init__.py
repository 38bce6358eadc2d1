"""What the standard says of what is there: the register, editions, profiles, claims and deviations."""
