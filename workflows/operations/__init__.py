"""Every write of the engine. One operation is one transaction: lock, check, change, sign-off, entry, outbox.

A view, task or command makes one call into here (or into `workflows.queries`) and nothing else.
"""

from workflows.operations.core import Actor, actor_of, screen_of
from workflows.operations.opening import Intake, receive
from workflows.operations.signing import Form, Signed, sign

__all__ = ["Actor", "Form", "Intake", "Signed", "actor_of", "receive", "screen_of", "sign"]
