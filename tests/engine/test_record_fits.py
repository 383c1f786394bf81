"""Does the record fit the procedure? Whoever changes rows or entries behind the house's back is found and named."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from tests.cast import WIND_FARM_LAND, County, at
from workflows.audit import guards
from workflows.audit.canonical import canonical, leaf
from workflows.audit.models import Entry, Finding
from workflows.audit.verify import Found, verify_application
from workflows.legal import State
from workflows.models import Application, ClockRow, Document, SignOff, Step
from workflows.operations import clock_acts, co_signing, deeming
from workflows.operations.beside import Request
from workflows.operations.core import screen_of
from workflows.replaying.fit import fit
from workflows.tasks import fit_record

Said = dict[str, Any]


def asked(county: County, application: Application, username: str) -> Request:
    fresh = Application.objects.get(pk=application.pk)
    return Request(application.pk, county[username], screen_of(fresh), county.now)


@pytest.fixture
def case(county: County) -> Application:
    """A land pre-review at the vice director's: consulted, co-signed, returned once, stopped and resumed."""
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    county.sign(application, "intake", "window.land", "accept")
    county.sign(application, "examination", "handler.land", "agree", second_name="李梅")
    county.sign(application, "forestry", "chief.forestry", "no_objection")
    county.sign(application, "farmland", "farmland.land", "no_objection")
    co_signing.ask(asked(county, application, "head.town"), posts=["water.chief"], rule="all")
    co_signing.answer(asked(county, application, "chief.water"), agrees=True, opinion="情况属实。")
    county.sign(application, "town", "head.town", "no_objection")
    county.sign(application, "chief", "chief.land", "agree")
    county.sign(application, "vice", "vice.land", "return", target="chief", reasons="请补充。")
    clock_acts.stop_clock(
        asked(county, application, "handler.land"),
        ground="expert-review",
        notice="自然资告〔2022〕5号",
        expected_end=dt.date(2022, 3, 18),
    )
    county.now = at("2022-03-16")
    clock_acts.resume_clock(asked(county, application, "chief.land"), last_day=dt.date(2022, 3, 15))
    county.sign(application, "chief", "chief.land", "agree")
    return Application.objects.get(pk=application.pk)


class Forger:
    """He owns the database, knows the canonical form, and makes every hash and link of the chain fit again."""

    def __init__(self, application: Application) -> None:
        self.application = application
        rows = Entry.objects.filter(chain=application.chain).order_by("seq")
        self.rows = [(row, json.loads(bytes(row.body))) for row in rows]

    def at(self, kind: str, node: str = "") -> int:
        """The place in the chain of the newest act of this kind."""
        return max(
            n
            for n, (_row, said) in enumerate(self.rows)
            if said["kind"] == f"application.{kind}" and node in ("", said["payload"].get("node"))
        )

    def write(self, *, heads: bool = True) -> None:
        """Write the chain anew: places, links, hashes, columns, and the head that the application remembers."""
        guards.drop(connection)
        head = b""
        Entry.objects.filter(chain=self.application.chain)._raw_delete(using="default")
        for n, (row, said) in enumerate(self.rows, start=1):
            said["seq"], said["prev"] = str(n), head.hex()
            body = canonical(said)
            head = leaf(body)
            Entry(
                **{
                    **{field.attname: getattr(row, field.attname) for field in Entry._meta.fields},
                    "kind": said["kind"],
                    "seq": n,
                    "prev_hash": bytes.fromhex(said["prev"]) or None,
                    "schema_version": said["schema"],
                    "body": body,
                    "leaf_hash": head,
                }
            ).save(force_insert=True)
        if heads:
            Application.objects.filter(pk=self.application.pk).update(entry_count=len(self.rows), last_hash=head)
        guards.create(connection)


def found_in(application: Application) -> list[Found]:
    """What does not fit; each finding names the application, and the register gets it."""
    findings = fit(application=application.pk).findings
    assert findings
    assert all(found.kind == "fit" and found.where.startswith(application.chain) for found in findings)
    assert all(application.number in found.text for found in findings)
    assert fit_record() == len(findings)
    assert set(Finding.objects.values_list("where", flat=True)) >= {found.where for found in findings}
    return findings


def places(findings: list[Found]) -> set[str]:
    """Where, inside the application."""
    return {found.where.partition(" ")[2] for found in findings}


def test_a_case_with_every_kind_of_act_fits(case: Application) -> None:
    verdict = fit()
    assert (verdict.findings, verdict.cannot_tell, verdict.applications) == ([], [], 1)
    assert verdict.entries == case.entry_count > 15


def test_an_answer_changed_in_its_entry_is_found_though_every_hash_is_made_anew(case: Application) -> None:
    forger = Forger(case)
    n = forger.at("agree", "chief")
    forger.rows[n][1]["kind"] = "application.return"
    forger.rows[n][1]["payload"]["details"] = {"target": "examination"}
    forger.write()
    assert verify_application(case.pk).findings == [], "the chain alone sees nothing"
    assert f"entry {n + 1}" in places(found_in(case))


def test_an_opinion_changed_in_its_entry_is_found_at_its_sign_off(case: Application) -> None:
    forger = Forger(case)
    said = forger.rows[forger.at("no_objection", "farmland")][1]
    said["payload"]["opinion"] = "不同意。"
    forger.write()
    assert places(found_in(case)) == {f"sign-off {said['payload']['sign_off']}"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "object"),
        ("opinion", "不同意。"),
        ("signer_name", "张三"),
        ("post_key", "land.vice"),
        ("content_hash", "0" * 64),
        ("voided_at", at("2022-03-01")),
        ("authority_no", "代字1号"),
        ("details", {"reasons": "无"}),
    ],
)
def test_a_changed_sign_off_row_is_found(case: Application, column: str, value: Any) -> None:
    row = SignOff.objects.get(application=case, node="farmland")
    SignOff.objects.filter(pk=row.pk).update(**{column: value})
    findings = found_in(case)
    assert places(findings) == {f"sign-off {row.pk}"} and column in findings[0].text


def test_a_sign_off_that_no_entry_records_is_found(case: Application) -> None:
    row = SignOff.objects.get(application=case, node="farmland")
    row.pk = None
    row.save(force_insert=True)
    assert places(found_in(case)) == {f"sign-off {row.pk}"}


def test_another_signer_put_into_the_row_is_found(county: County, case: Application) -> None:
    row = SignOff.objects.get(application=case, node="farmland")
    SignOff.objects.filter(pk=row.pk).update(signer=county["auditor"])
    assert places(found_in(case)) == {f"sign-off {row.pk}"}


def test_a_step_closed_by_hand_is_found(case: Application) -> None:
    step = Step.objects.get(process=case, node="vice", finished__isnull=True)
    Step.objects.filter(pk=step.pk).update(status="DONE", decision="agree", finished=at("2022-03-16"))
    findings = found_in(case)
    assert places(findings) == {f"step {step.pk}"} and "vice" in findings[0].text


def test_a_step_opened_by_hand_is_found(case: Application) -> None:
    step = Step.objects.get(process=case, node="vice", finished__isnull=True)
    step.pk = None
    step.node = "decision"
    step.save(force_insert=True)
    assert places(found_in(case)) == {f"step {step.pk}"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", State.GRANTED),
        ("revision", 1),
        ("accepted_on", dt.date(2022, 2, 1)),
        ("stopped_since", dt.date(2022, 3, 1)),
        ("extended", True),
        ("decided_at", at("2022-03-01")),
        ("entry_count", 3),
    ],
)
def test_an_application_changed_by_sql_is_found(case: Application, column: str, value: Any) -> None:
    Application.objects.filter(pk=case.pk).update(**{column: int(value) if column == "state" else value})
    assert places(found_in(case)) == {column}


def test_a_fact_changed_under_the_signatures_is_found(case: Application) -> None:
    Application.objects.filter(pk=case.pk).update(facts={**case.facts, "site": "别处"})
    assert places(found_in(case)) == {"content"}


def test_a_moved_clock_event_is_found(case: Application) -> None:
    row = ClockRow.objects.get(application=case, kind="start")
    ClockRow.objects.filter(pk=row.pk).update(effective=dt.date(2022, 3, 10))
    assert places(found_in(case)) == {f"clock {row.pk}"}


def test_a_clock_event_that_no_act_made_is_found(case: Application) -> None:
    row = ClockRow.objects.filter(application=case).order_by("pk")[0]
    row.pk, row.kind, row.days = None, "extend", 10
    row.save(force_insert=True)
    assert places(found_in(case)) == {"clock"}


def test_a_swapped_paper_is_found(case: Application) -> None:
    row = Document.objects.filter(application=case).order_by("pk")[0]
    Document.objects.filter(pk=row.pk).update(sha256="0" * 64)
    assert places(found_in(case)) == {"content", f"paper {row.slot} v1"}


def test_a_removed_entry_is_found_though_the_chain_is_closed_again(case: Application) -> None:
    forger = Forger(case)
    n = forger.at("no_objection", "town")
    del forger.rows[n]
    forger.write()
    assert verify_application(case.pk).findings == [], "the chain alone sees nothing"
    assert f"entry {n + 1}" in places(found_in(case))


def test_the_last_entry_removed_is_found(case: Application) -> None:
    forger = Forger(case)
    signed = forger.rows.pop()[1]["payload"]["sign_off"]
    forger.write()
    assert f"sign-off {signed}" in places(found_in(case))


def test_an_entry_cut_out_of_the_middle_is_named(case: Application) -> None:
    guards.drop(connection)
    Entry.objects.filter(chain=case.chain, seq=5)._raw_delete(using="default")
    guards.create(connection)
    assert "entry 5" in places(found_in(case))


def skip_the_chief(forger: Forger) -> int:
    """The town's answer opens the vice director's step at once."""
    n = forger.at("no_objection", "town")
    opened = forger.rows[n][1]["payload"]["path"]["opened"]
    opened[-1]["node"] = "vice"
    return n


def two_eyes(forger: Forger) -> int:
    """The examiner's own hand is put under the chief's answer."""
    first, n = forger.at("agree", "examination"), forger.at("agree", "chief")
    forger.rows[n][1]["actor"] = forger.rows[first][1]["actor"]
    return n


def wrong_post(forger: Forger) -> int:
    n = forger.at("agree", "chief")
    forger.rows[n][1]["post"] = "land.handler"
    return n


def unlawful_state(forger: Forger) -> int:
    n = forger.at("agree", "chief")
    forger.rows[n][1]["payload"]["state"] = str(int(State.GRANTED))
    return n


def accepted_twice(forger: Forger) -> int:
    n = forger.at("accept")
    row, said = forger.rows[n]
    twin = json.loads(json.dumps(said))
    twin["id"] = "00000000-0000-7000-8000-000000000001"
    copy = Entry(**{field.attname: getattr(row, field.attname) for field in Entry._meta.fields})
    copy.id = twin["id"]
    forger.rows.insert(n + 1, (copy, twin))
    return n + 1


def back_to_nowhere(forger: Forger) -> int:
    n = forger.at("return", "vice")
    forger.rows[n][1]["payload"]["details"]["target"] = "forestry"
    return n


def without_co_signature(forger: Forger) -> int:
    n = forger.at("co_sign_agree")
    forger.rows[n][1]["kind"] = "application.co_sign_object"
    return forger.at("no_objection", "town")


def unknown_act(forger: Forger) -> int:
    n = forger.at("agree", "chief")
    forger.rows[n][1]["kind"] = "application.blessed"
    return n


def older_form(forger: Forger) -> int:
    """He leaves out the way of one act and calls the entry an old one."""
    n = forger.at("agree", "chief")
    forger.rows[n][1]["schema"] = 1
    del forger.rows[n][1]["payload"]["path"]
    return n


def no_way(forger: Forger) -> int:
    n = forger.at("agree", "chief")
    del forger.rows[n][1]["payload"]["path"]
    return n


@pytest.mark.parametrize(
    "forge",
    [
        skip_the_chief,
        two_eyes,
        wrong_post,
        unlawful_state,
        accepted_twice,
        back_to_nowhere,
        without_co_signature,
        unknown_act,
        older_form,
        no_way,
    ],
)
def test_a_path_that_cannot_be_is_named_by_its_entry(case: Application, forge: Callable[[Forger], int]) -> None:
    forger = Forger(case)
    n = forge(forger)
    forger.write()
    assert f"entry {n + 1}" in places(found_in(case))


def test_entries_of_an_older_form_are_folded_by_their_names(county: County, case: Application) -> None:
    forger = Forger(case)
    for _row, said in forger.rows:
        said["schema"] = 1
        said["payload"].pop("path", None)
        said["payload"].pop("corrects", None)
    forger.write()
    assert fit(application=case.pk).findings == []
    county.sign(case, "vice", "vice.land", "agree")
    county.sign(case, "decision", "director.land", "grant")
    assert fit(application=case.pk).findings == [], "a case may begin in the old form and end in the new"
    Application.objects.filter(pk=case.pk).update(state=int(State.REFUSED))
    assert places(found_in(case)) == {"state"}


def test_silence_is_folded_without_a_sign_off(county: County) -> None:
    application = county.apply("land_pre_review", WIND_FARM_LAND)
    assert deeming.deem_accepted(now=at("2022-03-20")) != []
    assert fit(application=application.pk).findings == []
    Application.objects.filter(pk=application.pk).update(accepted_by_silence=False)
    assert places(found_in(Application.objects.get(pk=application.pk))) == {"accepted_by_silence"}


def test_the_command_says_what_it_found_and_leaves_with_its_code(case: Application) -> None:
    out = io.StringIO()
    call_command("audit", "fit", "--json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["clean"] and said["applications"] == 1 and said["entries"] == case.entry_count
    Application.objects.filter(pk=case.pk).update(state=int(State.GRANTED))
    for arguments in (["--json"], ["--json", "--application", str(case.pk)], []):
        with pytest.raises(SystemExit) as left:
            call_command("audit", "fit", *arguments, stdout=io.StringIO(), stderr=io.StringIO())
        assert left.value.code == 1
    with pytest.raises(SystemExit) as left:
        call_command("audit", "fit", "--application", "999999", stdout=io.StringIO(), stderr=io.StringIO())
    assert left.value.code == 2


def test_entries_whose_application_is_gone_are_found(case: Application) -> None:
    forger = Forger(case)
    for row, said in forger.rows:
        row.chain = said["chain"] = "application:987654"
    guards.drop(connection)
    Entry.objects.filter(chain=case.chain)._raw_delete(using="default")
    guards.create(connection)
    forger.write(heads=False)
    where = {found.where for found in fit().findings}
    assert "application:987654" in where and f"{case.chain} entries" in where


def test_the_number_of_statements_does_not_grow_with_the_applications(
    county: County, django_assert_num_queries: Any
) -> None:
    for count in (1, 4):
        for _n in range(count):
            county.sign(county.apply("land_pre_review", WIND_FARM_LAND), "intake", "window.land", "accept")
        # The count, two pages of keys (the last one empty), nine for the batch, one for chains without an application.
        with django_assert_num_queries(13):
            assert fit().findings == []
