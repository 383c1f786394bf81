"""The audit trail: what was done, by whom, in whose stead; append-only, canonical, hashed. It reads no other app."""
