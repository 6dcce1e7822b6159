"""A peer: bpmn-engine in node, in memory; it says itself what CPU time its cases took, the start of node left out."""

from __future__ import annotations

import json
import subprocess

from benchmarks import peers
from benchmarks.measuring import Contestant

SCRIPT = """
import { Engine } from 'bpmn-engine';
import * as elements from 'bpmn-elements';
import BpmnModdle from 'bpmn-moddle';
import serializer, { TypeResolver } from 'moddle-context-serializer';

const { xml, cases, last } = GIVEN;
const sourceContext = serializer(await new BpmnModdle().fromXML(xml), TypeResolver(elements));
const before = process.cpuUsage();
for (let i = 0; i < cases; i++) {
  const engine = new Engine({ sourceContext });
  const execution = await engine.execute();
  if (execution.state !== 'idle') await engine.waitFor('end');
  const taken = execution.getActivityById(last).counters.taken;
  if (taken !== 1) throw new Error(`the last element was taken ${taken} times`);
}
const { user, system } = process.cpuUsage(before);
console.log(user + system);
"""


def in_memory(
    model: bytes, taken: list[float], *, cases: int, elements: int, last: str
) -> Contestant | None:
    """Return a contestant that runs `cases` cases without storing anything; None where it is not installed.

    Each of its rounds adds to `taken` the CPU time of an element in microseconds, as node measured it.
    The model is read once; `last` is the element that each case must have gone through.
    """
    place = peers.of_node("bpmn-engine")
    if place is None:
        return None
    given = {"xml": model.decode(), "cases": cases, "last": last}
    script = SCRIPT.replace("GIVEN", json.dumps(given))

    def work() -> int:
        program = ["node", "--input-type=module", "-e", script]
        ended = subprocess.run(program, cwd=place.parents[1], check=True, capture_output=True)  # noqa: S603  # a text of ours
        taken.append(float(ended.stdout) / (cases * elements))
        return cases * elements

    return Contestant(work)
