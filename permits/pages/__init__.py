"""Pages of projects and of the ledger."""
