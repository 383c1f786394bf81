#!/usr/bin/env python3
"""开工流程挖掘 / Replay an export's applications against its BPMN, with pm4py.

    python kaigong_mine.py FOLDER [--json]

FOLDER is an export package, verified before with kaigong_verify.py. It needs Python 3.11 and the package `pm4py`; nothing
of Kaigong, no database, no network. For each application it says two fitnesses of token-based replay, 1 where every
token was there and none was left over:

    steps    the names of the steps alone, as any tool reads the two files
    answers  each answer must take its own flow out of the gateway behind its step, too

An application under way has not reached the end yet: for it, only the tokens that were missing count. One whose case
moved outside the drawing (`drawn` is false: taken back, withdrawn, accepted by silence …) is not judged here.
Exit code: 0 every judged application fits, 1 one does not, 2 cannot tell.
"""

import argparse
import contextlib
import json
import sys
from collections import defaultdict
from pathlib import Path

FITS, MISFIT, UNKNOWN = 0, 1, 2


def models(path):
    """{"steps": …, "answers": …}: the Petri net of a BPMN file, without and with the answers as transitions."""
    import pm4py
    from pm4py.objects.conversion.bpmn.variants import to_petri_net
    from pm4py.objects.petri_net.utils import reduction

    bpmn = pm4py.read_bpmn(str(path))
    asked = {to_petri_net.Parameters.RETURN_FLOW_TRANS_MAP: True}
    net, start, end, _places, _transitions = to_petri_net.apply(bpmn, parameters=asked)
    # The flows of answers leave the gateway behind a step; the converter has a silent transition for each.
    flows = [flow for flow in bpmn.get_flows() if str(flow.get_source().get_id()).startswith("answer.")]
    labels = {f"sfl_{flow.get_id()}": flow.get_id() for flow in flows}
    for transition in net.transitions:
        transition.label = labels.get(transition.name, transition.label)
    reduction.apply_simple_reduction(net)
    return {"steps": pm4py.convert_to_petri_net(bpmn), "answers": (net, start, end)}


def applications(path):
    """{application: {"bpmn", "drawn", "finished", "ad_hoc", "events": [(name, flow)]}} of a XES file."""
    from pm4py.objects.log.importer.xes import importer

    found = {}
    parameters = {"show_progress_bar": False, "timestamp_sort": False}
    for trace in importer.apply(str(path), parameters=parameters):
        said = trace.attributes
        events = [
            (event["concept:name"], event["flow"] if "flow" in event else "") for event in trace if "task" in event
        ]
        found[said["chain"]] = {
            "number": said["concept:name"],
            "bpmn": said["bpmn"],
            "drawn": said["drawn"],
            "finished": said["finished"],
            "ad_hoc": said["ad_hoc"],
            "events": events,
        }
    return found


def replayed(model, traces, finished):
    """The fitness of each trace, a list of names each; for cases under way without what is still to come."""
    from pm4py.algo.conformance.tokenreplay import algorithm
    from pm4py.algo.conformance.tokenreplay.variants.token_replay import Parameters
    from pm4py.objects.log.obj import Event, EventLog, Trace

    log = EventLog()
    for names in traces:
        log.append(Trace(Event({"concept:name": name}) for name in names))
    asked = {
        Parameters.CONSIDER_REMAINING_IN_FITNESS: True,
        Parameters.CONSIDER_ACTIVITIES_NOT_IN_MODEL_IN_FITNESS: True,
        Parameters.TRY_TO_REACH_FINAL_MARKING_THROUGH_HIDDEN: finished,
        Parameters.SHOW_PROGRESS_BAR: False,
    }
    known = {transition.label for transition in model[0].transitions}
    found = algorithm.apply(log, *model, parameters=asked)
    return [_fitness(row, [name for name in names if name not in known], finished) for names, row in zip(traces, found)]


def _fitness(row, strange, finished):
    """pm4py's own measure. A name that the model does not know counts as an event whose token is missing."""
    produced, consumed = row["produced_tokens"] + len(strange), row["consumed_tokens"] + len(strange)
    missing = row["missing_tokens"] + len(strange)
    if finished:
        return 0.5 * (1 - missing / consumed) + 0.5 * (1 - row["remaining_tokens"] / produced)
    # The final marking was not reached, and need not be: its one token is not missed.
    missing = max(0, missing - 1)
    return 1 - missing / consumed


def judge(folder):
    """{application: {"steps", "answers", …}} for every drawn application."""
    cases = applications(folder / "trail.xes")
    groups = defaultdict(list)
    for chain, case in cases.items():
        if case["drawn"]:
            groups[case["bpmn"], case["finished"]].append(chain)
    nets = {}
    for (bpmn, finished), chains in sorted(groups.items()):
        nets[bpmn] = nets.get(bpmn) or models(folder / bpmn)
        steps = [[name for name, _flow in cases[chain]["events"]] for chain in chains]
        answers = [[word for event in cases[chain]["events"] for word in event if word] for chain in chains]
        for kind, traces in (("steps", steps), ("answers", answers)):
            for chain, fitness in zip(chains, replayed(nets[bpmn][kind], traces, finished)):
                cases[chain][kind] = fitness
    return cases


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(words)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # pm4py greets
            cases = judge(given.folder)
    except ImportError:
        print("缺少软件包 pm4py / the package pm4py is missing: pip install pm4py", file=sys.stderr)
        return UNKNOWN
    judged = {chain: case for chain, case in cases.items() if case["drawn"]}
    misfits = {chain: case for chain, case in judged.items() if min(case["steps"], case["answers"]) < 1}
    if given.json:
        print(json.dumps(cases, ensure_ascii=False))
    else:
        for case in misfits.values():
            print("不符 / does not fit: %(number)s %(bpmn)s steps %(steps).3f answers %(answers).3f" % case)
        print("%d judged, %d not drawn, %d do not fit" % (len(judged), len(cases) - len(judged), len(misfits)))
    return MISFIT if misfits else FITS


if __name__ == "__main__":
    sys.exit(main())
