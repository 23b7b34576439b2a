"""Parts merge to the bits of one run, here and with the shell; what does not fit is refused and loses nothing."""

import os
import pickle
import random
import signal
import subprocess
import sys
import textwrap
import time

import pytest

import riskband as rb
from conftest import shell


@pytest.mark.parametrize("cutting", range(6))
def test_any_cutting_in_any_order_is_the_run(fan, cutting):
    chance = random.Random(cutting)
    sampler = ["random", "lhs", "sobol"][cutting % 3]
    # A sequence fills its space evenly at powers of two, and a run of another number of its points is warned of.
    paths = chance.choice([1 << 14, 1 << 15]) if sampler == "sobol" else chance.randrange(5_000, 60_000)
    simulation = fan.simulation(paths, seed=cutting, sampler=sampler)
    ends = sorted(chance.sample(range(1, simulation.blocks), min(5, simulation.blocks - 1)))
    ranges = list(zip([0, *ends], [*ends, simulation.blocks]))
    chance.shuffle(ranges)
    gathering = simulation.gather()
    for place, (first, end) in enumerate(ranges):
        part = simulation.part(first, end)
        gathering.add([part, part.to_bytes()][place % 2])
        gathering = pickle.loads(pickle.dumps(gathering))
    assert gathering.missing == () and gathering.results() == fan.run(paths, seed=cutting, sampler=sampler)


def test_parts_of_shell_and_python_go_together(fan, tmp_path):
    simulation = fan.simulation(50_000)
    simulation.part(0, 40).save(tmp_path / "part-1.rb")
    shell("run", "market-fan", "--paths", 50_000, "--blocks", "40..", "--part", tmp_path / "part-2.rb", "--quiet")
    run = rb.merge(str(tmp_path / "part-*.rb"))
    assert run == fan.run(50_000)
    assert run == rb.merge([tmp_path / "part-2.rb", rb.Part.load(tmp_path / "part-1.rb")])
    merged = shell("merge", tmp_path / "part-1.rb", tmp_path / "part-2.rb", "--format", "json", "--quiet")
    assert merged == run.to_json()


def test_what_does_not_fit_is_refused_and_loses_nothing(fan, tmp_path):
    simulation = fan.simulation(50_000)
    gathering = simulation.gather()
    gathering.add(simulation.part(0, 50))
    data = simulation.part(50, 98).to_bytes()
    foreign = [
        (b"anything", "part-foreign"),
        (data[:-1], "part-damaged"),
        (data[:100] + bytes([data[100] ^ 1]) + data[101:], "part-damaged"),
        (fan.simulation(50_000, seed=2).part(50, 98), "part-of-other-run"),
        (fan.set({"market.start": 6.5}).simulation(50_000).part(50, 98), "part-of-other-run"),
        (simulation.part(49, 51), "part-doubled"),
    ]
    for part, code in foreign:
        with pytest.raises(rb.PartError) as caught:
            gathering.add(part)
        assert caught.value.problems[0].code == code
        assert gathering.missing == ((50, 98),)
    with pytest.raises(rb.PartError, match="blocks 50 to 97 missing"):
        gathering.results()
    gathering.add(data)
    assert gathering.results() == fan.run(50_000)
    with pytest.raises(FileNotFoundError):
        rb.merge(str(tmp_path / "none-*.rb"))
    with pytest.raises(ValueError, match="one part or more"):
        rb.merge([])
    with pytest.raises(ValueError, match="first < end"):
        simulation.part(3, 3)


def test_a_checkpoint_goes_on_and_extends(fan, tmp_path):
    file = tmp_path / "run.rb"
    assert fan.run(50_000, checkpoint=file) == fan.run(50_000)
    size = file.stat().st_mtime_ns
    assert fan.run(50_000, checkpoint=file) == fan.run(50_000)
    assert file.stat().st_mtime_ns == size, "a run that is complete is not written again"
    assert fan.run(90_000, checkpoint=file) == fan.run(90_000)
    with pytest.raises(rb.PartError, match="seed"):
        fan.run(90_000, seed=2, checkpoint=file)
    assert rb.Part.load(file).paths == 90_000
    shell("run", "market-fan", "--paths", 120_000, "--checkpoint", file, "--quiet")
    assert rb.Part.load(file).results() == fan.run(120_000)


def test_a_killed_run_goes_on_where_it_was(fan, tmp_path):
    file = tmp_path / "run.rb"
    code = f"""
        import riskband as rb
        rb.load("market-fan").run(2e9, checkpoint={str(file)!r}, checkpoint_every=0.2)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)])
    begun = time.monotonic()
    while not file.exists() and time.monotonic() - begun < 60:
        time.sleep(0.05)
    time.sleep(0.5)
    child.send_signal(signal.SIGKILL)
    child.wait()
    had = rb.Part.load(file).paths
    assert had > 0
    whole = had // 512 * 512 + 100_000
    gathering = fan.simulation(whole).go_on_from(file)
    simulated = []
    gathering.complete(progress=lambda done, total: simulated.append(done))
    assert gathering.part.paths == whole and simulated[0] >= had
    assert gathering.results().paths == whole
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".riskband-") and name == "run.rb"]


def test_ctrl_c_leaves_what_was_done_in_the_checkpoint(fan, tmp_path):
    file = tmp_path / "run.rb"

    def stop(done, total):
        if done > 300_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fan.run(1e9, checkpoint=file, checkpoint_every=0.1, progress=stop)
    assert rb.Part.load(file).paths > 0
