"""The engine: applications move through published flows, step by step, each step signed.

It promises: one operation is one transaction; nobody signs what he may not; the record and the state never disagree.
It knows no permit and no project: the domain registers itself (see `workflows.flow.registry`).
"""
