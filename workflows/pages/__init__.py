"""The engine's pages. A view reads `request.now`, makes one call into operations or queries, and answers."""
