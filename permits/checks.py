"""What could disagree between procedures, posts, time limits and bars, as system checks."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from permits.posts import POSTS
from workflows.clock.days import WorkingDays
from workflows.clock.rules import Promise, PromiseTooLong, book
from workflows.flow import registry
from workflows.flow.nodes import Review
from workflows.flow.procedure import Procedure, ProcedureFlow


@register(Tags.models)
def procedures_are_staffed_and_timed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every published procedure: its posts exist, its rule exists, its promise keeps to the law."""
    found = [message for flow in registry.flows() for message in unknown_posts(flow)]
    return found + [message for procedure in registry.procedures() for message in wrong_limits(procedure)]


def unknown_posts(flow: type[ProcedureFlow]) -> list[CheckMessage]:
    """E001: steps that wait for a post which `permits.posts` does not know."""
    return [
        Error(f"{flow.__name__}.{name} waits for {node.post_key}, which no office has.", obj=flow, id="permits.E001")
        for name, node in sorted(flow.node_map().items())
        if isinstance(node, Review) and node.post and not node.named_by_case and node.post_key not in POSTS
    ]


def wrong_limits(procedure: Procedure) -> list[CheckMessage]:
    """E002: an unknown rule. E003: a promise longer than the law, or one without a law."""
    if procedure.rule is None:
        if procedure.promise is None:
            return []
        return [Error(f"{procedure.code} promises what no rule limits.", obj=procedure, id="permits.E003")]
    versions = book().get(procedure.rule)
    if not versions:
        return [Error(f"{procedure.code} runs on no known rule: {procedure.rule}.", obj=procedure, id="permits.E002")]
    if procedure.promise is None:
        return []
    try:
        Promise(versions[-1], WorkingDays(procedure.promise))
    except PromiseTooLong as error:
        return [Error(f"{procedure.code}: {error}", obj=procedure, id="permits.E003")]
    return []
