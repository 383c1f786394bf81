"""Flows of the tests, as an app of their own: viewflow finds a flow by its app."""
