"""Every executor gives the bytes of one run; what is lost is simulated again, or said."""

import os
import pickle
import signal
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

import riskband as rb
from riskband import _executors

PATHS = 150_000


@pytest.fixture(scope="module")
def known(fan):
    return fan.run(PATHS)


@pytest.mark.parametrize("tasks", [None, 1, 7, 500])
def test_threads(fan, known, tasks):
    with ThreadPoolExecutor(2) as pool:
        assert fan.run(PATHS, executor=pool, tasks=tasks) == known


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_processes(fan, known, method):
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        assert fan.run(PATHS, executor=pool) == known


def test_joblib(fan, known):
    joblib = pytest.importorskip("joblib")
    assert fan.run(PATHS, executor=joblib.Parallel(2, return_as="generator_unordered")) == known
    assert fan.run(PATHS, executor=joblib.Parallel(1), tasks=3) == known


def test_a_pool_whose_worker_is_killed_is_said_and_a_second_finishes(fan, known):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        first = pool.submit(os.getpid).result()
        killed = []

        def kill(done, total):
            if not killed and 0 < done < total:
                killed.append(first)
                os.kill(first, signal.SIGKILL)

        with pytest.raises(rb.IncompleteError, match="error.gathering.complete") as caught:
            fan.run(PATHS, executor=pool, tasks=40, progress=kill)
    gathering = caught.value.gathering
    assert killed and 0 < gathering.part.paths < PATHS and gathering.missing
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        gathering.complete(executor=pool)
    assert gathering.results() == known


def test_what_the_work_raises_comes_through_and_the_rest_is_cancelled(fan, monkeypatch):
    done = []

    def fail(kept, first, end):
        done.append(first)
        time.sleep(0.01)
        raise ZeroDivisionError("no")

    monkeypatch.setattr(_executors, "work", fail)
    with ThreadPoolExecutor(1) as pool, pytest.raises(ZeroDivisionError):
        fan.run(PATHS, executor=pool, tasks=200)
    assert len(done) < 100


def test_a_checkpoint_is_kept_from_an_executor(fan, known, tmp_path):
    file = tmp_path / "run.rb"
    with ThreadPoolExecutor(2) as pool:
        assert fan.run(PATHS, executor=pool, checkpoint=file) == known
    assert rb.Part.load(file).results() == known


def test_relief_is_simulated_in_one_piece(fan):
    with ThreadPoolExecutor(1) as pool, pytest.raises(ValueError, match="relief"):
        fan.run(10_000, relief=True, executor=pool)


def test_a_scenario_travels_with_its_changes(fan):
    changed = fan.set({"market.start": 6.5})
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert changed.run(20_000, executor=pool) == changed.run(20_000)
    assert len(pickle.dumps(changed.simulation(20_000))) < 100_000


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        with distributed.Client(cluster) as client:
            yield client


def test_dask(fan, known, cluster):
    assert fan.run(PATHS, executor=cluster) == known
    assert fan.run(PATHS, executor=cluster) == known, "equal calls are simulated anew"


def test_dask_survives_a_killed_worker(fan, known, cluster):
    victims = list(cluster.run(os.getpid).values())
    killed = []

    def kill(done, total):
        if not killed and 0 < done < total:
            killed.append(victims[0])
            os.kill(victims[0], signal.SIGKILL)

    assert fan.run(PATHS, executor=cluster, tasks=60, progress=kill) == known
    assert killed
