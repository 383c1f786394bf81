"""The parts of `permits.routes`: facts, table, rules."""
