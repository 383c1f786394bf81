"""The domain: projects, the ledger, procedures, routes, permits and the start gate, for one county."""
