"""How: our viewflow nodes, the base of published flows, going back, and the checks that keep flow and law agreed."""
