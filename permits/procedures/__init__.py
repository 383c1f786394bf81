"""One file per procedure: its documents, facts, checks and published flow versions.

To add a procedure, add a file that holds a `Procedure` and its class V1; it is found by itself. A published version is
never edited (a snapshot test holds its shape): a change of law is a V2 in the same file.
"""
