"""Times are counted by name and label, and so are faults."""

from __future__ import annotations

import pytest

from ledger import timings


def test_times_fall_into_buckets():
    for seconds in (0.0005, 0.004, 0.004, 20.0):
        timings.note("test of buckets", "a", seconds)
    found = timings.all_of("test of buckets")["a"]
    assert (found.count, found.buckets[0], found.buckets[2], found.buckets[-1]) == (4, 1, 2, 1)
    assert found.quantile(0.5) == 0.005
    assert found.quantile(1.0) == timings.BOUNDS[-1]


def test_a_fault_is_counted_and_passed_on():
    with pytest.raises(ValueError, match="no"), timings.taken("test of faults"):
        raise ValueError("no")
    with timings.taken("test of faults"):
        pass
    found = timings.all_of("test of faults")[""]
    assert (found.count, found.faults) == (2, 1)
