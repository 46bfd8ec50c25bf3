"""The watchdog: long work passes, a call that hangs does not."""

import re
import threading

import pytest

from claimtrack.core import watchdog


def test_the_watchdog_lets_long_work_pass_and_stops_a_call_that_hangs():
    with watchdog.watchdog("work", 0.5):
        for _ in range(20_000):  # longer than the bound, but in many calls
            sum(i for i in range(1000))
    with pytest.raises(watchdog.Stuck), watchdog.watchdog("a cell", 0.5):
        re.match("(a+)+$", "a" * 40 + "!")


def test_outside_the_main_thread_nothing_is_bounded():
    done = []
    thread = threading.Thread(
        target=lambda: [done.append(1) for _ in [0] if watchdog.watchdog("x").__enter__() is None]
    )
    thread.start()
    thread.join()
    assert done == [1]


def test_the_time_of_a_whole_check_ends_work_of_many_calls():
    with watchdog.deadline(0.6), pytest.raises(watchdog.OutOfTime, match="the table"), watchdog.watchdog("the table"):
        while True:
            sum(i for i in range(1000))


def test_a_watchdog_within_another_leaves_it_its_timer():
    with watchdog.deadline(1.2), pytest.raises(watchdog.OutOfTime), watchdog.watchdog("outside", float("inf")):
        with watchdog.watchdog("inside", 0.5):
            pass
        while True:
            sum(i for i in range(1000))
    assert not watchdog.is_late()
