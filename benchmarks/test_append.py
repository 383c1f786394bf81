"""Sign-offs with their entries against the same sign-offs without, in paired slices of one run (issue 4, must-show 4).

make bench K=append           four processes sign, each its own applications, on a PostgreSQL that writes to disk
"""

from __future__ import annotations

import os
import random
import statistics
import time
from multiprocessing import get_context
from typing import Any

import pytest
from django.db import connection

from tests.cast import WIND_FARM_LAND, County, county_of_people
from tests.many import FIRST, copies, statement
from workflows.audit.models import Entry
from workflows.clock.promises import promises_of
from workflows.models import Application, SignOff, Step
from workflows.operations import Form, core, screen_of, sign

pytestmark = [pytest.mark.benchmark, pytest.mark.django_db(transaction=True)]

PROCESSES = 4
PAIRS = int(os.environ.get("KAIGONG_BENCH_PAIRS", "16"))
SECONDS = 0.7
# So many that no process runs out: 400 sign-offs a second each.
CASES = int(2 * (PAIRS + 1) * SECONDS * 400) * PROCESSES


def without(*_words: Any, **_more: Any) -> None:
    """In the place of `core.append_entry`: the same sign-off, and nothing on record."""


def work(number: int, steps: list[int], county: County, seen: str, orders: Any, done: Any) -> None:
    """One process: for each order (with or without) sign as long as a slice lasts, and tell how often."""
    connection.close()
    connection.ensure_connection()
    promises_of("620799")
    person, true, at = county["chief.land"], core.append_entry, iter(steps)
    form = Form(decision="agree", opinion="同意。")
    while (order := orders.get()) is not None:
        appending, begin = order
        core.append_entry = true if appending else without
        time.sleep(max(0.0, begin - time.monotonic()))
        count, end = 0, begin + SECONDS
        while time.monotonic() < end:
            sign(step_id=next(at), person=person, form=form, seen=seen, now=county.now)
            count += 1
        done.put((number, count))
    connection.close()


def test_appending_keeps_four_fifths_of_the_throughput_of_sign_offs(transactional_db: None) -> None:
    county = county_of_people()
    model = county.apply("land_pre_review", WIND_FARM_LAND)
    for node, username, decision in (
        ("intake", "window.land", "accept"),
        ("examination", "handler.land", "agree"),
        ("forestry", "chief.forestry", "no_objection"),
        ("farmland", "farmland.land", "no_objection"),
        ("town", "head.town", "no_objection"),
    ):
        more = {"second_name": "李梅"} if node == "examination" else {}
        county.sign(model, node, username, decision, **more)
    copies(Application.objects.get(pk=model.pk), county.open_step(model, "chief"), CASES)
    statement("VACUUM ANALYZE workflows_application")
    steps = list(Step.objects.filter(process_id__gte=FIRST).order_by("pk").values_list("pk", flat=True))
    seen = screen_of(Application.objects.get(pk=FIRST))
    entries, signed = Entry.objects.count(), SignOff.objects.count()
    fork = get_context("fork")
    orders, done = [fork.Queue() for _n in range(PROCESSES)], fork.Queue()
    connection.close()
    hands = [
        fork.Process(target=work, args=(n, steps[n::PROCESSES], county, seen, orders[n], done))
        for n in range(PROCESSES)
    ]
    for hand in hands:
        hand.start()
    speeds: dict[bool, list[float]] = {True: [], False: []}
    for pair in range(PAIRS + 1):
        for appending in random.sample([True, False], 2):
            begin = time.monotonic() + 0.05
            for order in orders:
                order.put((appending, begin))
            total = sum(done.get(timeout=60)[1] for _n in hands)
            if pair:  # the first pair warms up
                speeds[appending].append(total / SECONDS)
    for order, hand in zip(orders, hands, strict=True):
        order.put(None)
        hand.join(60)
        assert hand.exitcode == 0
    kept = [have / lack for have, lack in zip(speeds[True], speeds[False], strict=True)]
    quarters = statistics.quantiles(kept, n=4)
    written = Entry.objects.count() - entries
    print(
        f"\n{PAIRS} pairs of {SECONDS} s, {PROCESSES} processes: {statistics.median(speeds[True]):.0f} sign-offs/s "
        f"with entries, {statistics.median(speeds[False]):.0f} without; kept {quarters[1]:.0%} "
        f"(quartiles {quarters[0]:.0%} to {quarters[2]:.0%}); {written} entries of "
        f"{SignOff.objects.count() - signed} sign-offs"
    )
    assert 0 < written < SignOff.objects.count() - signed
    assert len(kept) >= 12 and quarters[1] >= 0.80
