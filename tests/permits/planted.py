"""Flows with one planted fault each, and one without: what the agreement check must find, and must not.

They say that they live in an installed app, because viewflow names a flow by its app.
"""

from __future__ import annotations

from viewflow import this

from workflows.flow.decisions import Decision
from workflows.flow.nodes import End, Filing, Review, Start
from workflows.flow.procedure import Procedure, ProcedureFlow

HOME = "permits.procedures.planted"
PLANTED = Procedure(
    code="planted", title="Planted", short="Planted", office="land", series="planted", rule=None, promise=None
)


def counter(
    accepted: object, end: object, *, title: str = "Counter", post: str = "window", law: str = "accept"
) -> Review:
    return (
        Review(title=title, post=post)
        .Answer(Decision.ACCEPT, accepted, law=law, main=True)
        .Answer(Decision.NOT_NEEDED, end, law="not_needed", reasons=True)
    )


def decision(end: object) -> Review:
    return Review(title="Decision", post="director").Answer(Decision.GRANT, end, law="grant", main=True)


class Sound(ProcedureFlow, procedure=PLANTED, version="Sound"):
    """No fault."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.decision, this.end)
    decision = decision(this.end)
    end = End()


class IllegalTransition(ProcedureFlow, procedure=PLANTED, version="IllegalTransition"):
    """Grants with gaps at the counter, before anybody began the review."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.decision, this.end).Answer(Decision.GRANT, this.end, law="grant_with_gaps")
    decision = decision(this.end)
    end = End()


class IllegalFiling(ProcedureFlow, procedure=PLANTED, version="IllegalFiling"):
    """Files at once what was accepted already."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.filing, this.end)
    filing = Filing(title="Filed").Next(this.end)
    end = End()


class Unreachable(ProcedureFlow, procedure=PLANTED, version="Unreachable"):
    """A step that no answer leads to."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.decision, this.end)
    decision = decision(this.end)
    forgotten = Review(title="Forgotten", post="chief").Answer(Decision.GRANT, this.end, law="grant")
    end = End()


class DeadEnd(ProcedureFlow, procedure=PLANTED, version="DeadEnd"):
    """Two steps that send the case to and fro for ever."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.one, this.end)
    one = Review(title="One", post="handler").Answer(Decision.AGREE, this.other, law="begin", main=True)
    other = Review(title="Other", post="chief").Answer(Decision.AGREE, this.one, law="begin", main=True)
    end = End()


class NoPost(ProcedureFlow, procedure=PLANTED, version="NoPost"):
    """A step that waits for nobody."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.decision, this.end, post="")
    decision = decision(this.end)
    end = End()


class NoTitle(ProcedureFlow, procedure=PLANTED, version="NoTitle"):
    """A step that nobody can name."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.decision, this.end, title="")
    decision = decision(this.end)
    end = End()


class NoAnswer(ProcedureFlow, procedure=PLANTED, version="NoAnswer"):
    """A step that may answer nothing."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.silent, this.end)
    silent = Review(title="Silent", post="handler")
    end = End()


class Elsewhere(ProcedureFlow, procedure=PLANTED, version="Elsewhere"):
    """An answer that leads into another version's step."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(Sound.decision, this.end)
    end = End()


class EndsOpen(ProcedureFlow, procedure=PLANTED, version="EndsOpen"):
    """An end that leaves the case accepted and undecided."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.end, this.end)
    end = End()


class NoStart(ProcedureFlow, procedure=PLANTED, version="NoStart"):
    """Nowhere to come in."""

    __module__ = HOME
    intake = counter(this.end, this.end)
    end = End()


class UnknownPost(ProcedureFlow, procedure=PLANTED, version="UnknownPost"):
    """Waits for a post that no office has."""

    __module__ = HOME
    start = Start().Next(this.intake)
    intake = counter(this.decision, this.end, post="land.astrologer")
    decision = decision(this.end)
    end = End()
