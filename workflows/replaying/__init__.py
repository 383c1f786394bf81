"""Does the record fit the procedure? Its entries, folded against the pinned flow and the legal machine, must be a path
that both allow, and must come out at what the tables say now.
"""
