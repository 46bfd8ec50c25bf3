"""The watchdog: long work passes, a call that hangs does not."""

import re
import threading

import pytest

from validator import watchdog


def test_the_watchdog_lets_long_work_pass_and_stops_a_call_that_hangs():
    with watchdog.watchdog("work", 0.5):
        for _ in range(20_000):  # longer than the bound, but in many calls
            sum(i for i in range(1000))
    with pytest.raises(watchdog.Stuck), watchdog.watchdog("a cell", 0.5):
        re.match("(a+)+$", "a" * 40 + "!")


def test_outside_the_main_thread_nothing_is_bounded():
    done = []
    thread = threading.Thread(target=lambda: [done.append(1) for _ in [0] if watchdog.watchdog("x").__enter__() is None])
    thread.start()
    thread.join()
    assert done == [1]
