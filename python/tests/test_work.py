"""Work that takes its time: signals, progress, threads, forks."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import riskband as rb

#: Another calibration than the shipped ones: loading it takes long enough to be interrupted.
UNSOLVED = {
    "riskband": 1,
    "extends": "baseline",
    "market": {"calibrate": {"parameter": "other_adoption", "statistic": "mean", "match": "every step"}},
}


def interrupted(work, after=0.4):
    """Seconds from Ctrl-C to the exception."""
    sent = []

    def press():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(after, press)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        work()
    return time.monotonic() - sent[0]


def test_ctrl_c_ends_a_run_at_once(fan):
    assert interrupted(lambda: fan.run(1e9)) < 0.2
    assert fan.run(2000).paths == 2000


def test_ctrl_c_ends_what_else_takes_long(fan):
    part = fan.simulation(1e9)
    for work in [
        lambda: fan.paths(2e7, only="market[2031]"),
        lambda: part.part(0, part.blocks),
        lambda: rb.compare(fan, fan.set({"market.start": 6.5}), paths=1e9),
        lambda: fan.sensitivity(1e8),
        lambda: fan.replay(near="p5(market)", paths=1e9),
    ]:
        assert interrupted(work) < 0.2


def test_ctrl_c_ends_a_calibration():
    assert interrupted(lambda: rb.load(UNSOLVED)) < 0.2
    request = UNSOLVED["market"]["calibrate"]
    assert interrupted(lambda: rb.load("baseline").set({"market.calibrate": request})) < 0.2


def test_progress_is_told_and_what_it_raises_ends_the_run(fan):
    heard = []
    fan.run(1e5, progress=lambda done, total: heard.append((done, total)))
    assert heard == sorted(heard) and heard[-1] == (100_000, 100_000) and len(heard) > 1

    def refuse(done, total):
        raise RuntimeError("enough")

    begun = time.monotonic()
    with pytest.raises(RuntimeError, match="enough"):
        fan.run(1e9, progress=refuse)
    assert time.monotonic() - begun < 1


def test_progress_stays_off_standard_error_unless_somebody_looks_on(fan, capfd):
    fan.run(1e5)
    assert capfd.readouterr() == ("", "")


def test_two_runs_at_once_from_two_threads(fan):
    alone = [fan.run(30_000, seed) for seed in (1, 2)]
    found = {}
    threads = [threading.Thread(target=lambda seed=seed: found.update({seed: fan.run(30_000, seed)})) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[1], found[2]] == alone and alone[0] != alone[1]


def test_the_interpreter_is_free_while_a_run_works(fan):
    counted = []
    done = threading.Event()

    def count():
        while not done.is_set():
            counted.append(1)
            time.sleep(0.005)

    thread = threading.Thread(target=count)
    thread.start()
    fan.run(1e5)
    done.set()
    thread.join()
    assert len(counted) > 3


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_are_the_same_on_any_threads(fan, run, threads):
    assert fan.run(20_000, 7, threads=threads) == run


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_runs():
    code = """
        import os, riskband as rb
        base = rb.load("market-fan")
        known = base.run(50_000)
        child = os.fork()
        if child == 0:
            os._exit(0 if base.run(50_000) == known else 1)
        assert os.waitpid(child, 0)[1] == 0
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=60)
