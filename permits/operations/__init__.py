"""Every write of the domain. One operation is one transaction: lock, check, change, entry, outbox.

Lock order: applications by id → project → number series.
"""
