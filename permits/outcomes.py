"""What a decision of the engine brings about in the domain. Filled in by `permits.gate`."""
