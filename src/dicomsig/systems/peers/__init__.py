"""Storage products of others, started in an empty folder and stopped again: what our own judging is tried on."""
