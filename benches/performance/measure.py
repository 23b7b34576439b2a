"""Times the market fan, every law, a mixed and a wide model, sensitivity, the shipped baseline and whole processes, and prints
tables in Markdown.

Every round runs all contenders in turn, so that a noisy machine is equally unkind to each; a ratio is taken within its
round. Time is CPU time of the process (user and system) unless it says wall. Time a path is that of a long run less that
of a short one, so that starting up does not count.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import answers
import scenarios

ROOT = Path(__file__).resolve().parents[2]
MARKET_FAN = ROOT / "scenarios/examples/market-fan.json"
OUTPUTS = 'outputs=["market","cagr"]'
LEVELS = ["--percentiles", "5,25,50,75,95"]
SINGLE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SHORT = 1000


@dataclass
class Usage:
    """What a process took, in seconds."""

    cpu: float
    wall: float


def run(command, env=None):
    """Runs a process to its end and reads its standard output through a pipe."""
    begin = time.perf_counter()
    process = start(command, env, stdout=subprocess.PIPE)
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    finish(process, status)
    return Usage(usage.ru_utime + usage.ru_stime, wall)


def peak(command, env=None):
    """Bytes of a process at its largest, and its standard output.

    Asked of the kernel every millisecond: what wait4 reports is never below the size of the process that started it.
    """
    memory = 0
    with tempfile.TemporaryFile() as output:
        process = start(command, env, stdout=output)
        while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            memory = max(memory, high_water(process.pid))
            time.sleep(0.001)
        finish(process, ended[1])
        output.seek(0)
        return memory, json.load(output)


def start(command, env, **streams):
    return subprocess.Popen([str(part) for part in command], env={**os.environ, **(env or {})}, **streams)


def finish(process, status):
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{process.args} ended with {process.returncode}")


def high_water(pid):
    """The largest size of a running process so far; 0 when it has just ended."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return 1024 * int(line.split()[1])
    return 0


@dataclass
class Contender:
    """Something that simulates the market fan, by a number of paths."""

    name: str
    command: object
    paths: int
    env: dict

    def nanoseconds(self):
        """CPU time of one path."""
        long, short = (run(self.command(paths), self.env).cpu for paths in (self.paths, SHORT))
        return 1e9 * (long - short) / (self.paths - SHORT)


def simd_levels():
    """What RISKBAND_SIMD can choose on this machine, the default first."""
    flags = set(cpu_line("flags").split())
    levels = [("avx512", {"avx512f", "avx512dq", "avx512vl", "avx512bw"}), ("avx2", {"avx2"}), ("portable", set())]
    return [name for name, needed in levels if needed <= flags]


def cpu_line(key):
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def spread(values, digits=1, unit=""):
    """Median, and smallest to largest."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f}{unit} ({low:,.{digits}f} to {high:,.{digits}f})"


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


class Bench:
    def __init__(self, arguments):
        self.riskband, self.reference = arguments.riskband, arguments.reference
        self.quick, self.rounds = arguments.quick, arguments.rounds or (2 if arguments.quick else 7)
        self.billion = arguments.billion
        self.scale = 10 if self.quick else 1
        self.levels = simd_levels()
        self.only = arguments.only
        self.folder = arguments.folder

    def market_fan(self, paths, threads=1, outputs=True, scenario=MARKET_FAN):
        command = [self.riskband, "run", scenario, "--paths", paths, "--threads", threads, "--format", "json", "--quiet"]
        return command + (["--set", OUTPUTS, *LEVELS] if outputs else [])

    def numpy(self, paths):
        return [sys.executable, Path(__file__).with_name("market_fan.py"), paths]

    def rounds_of(self, contenders):
        """Time a path of each contender in every round."""
        times = {contender.name: [] for contender in contenders}
        for number in range(self.rounds):
            note(f"round {number + 1} of {self.rounds}")
            for contender in contenders:
                times[contender.name].append(contender.nanoseconds())
        return times

    def time_a_path(self):
        paths = 5_000_000 // self.scale
        contenders = [Contender("NumPy", self.numpy, 1_000_000 // self.scale, SINGLE)]
        for level in self.levels:
            contenders.append(Contender(level, self.market_fan, paths, {"RISKBAND_SIMD": level}))
        contenders.append(Contender("all", lambda paths: self.market_fan(paths, outputs=False), paths, {}))
        slow = lambda paths: [self.reference, MARKET_FAN, paths, OUTPUTS]
        contenders.append(Contender("reference", slow, 300_000 // self.scale, {}))
        times = self.rounds_of(contenders)

        def faster(than, name):
            return [slow / fast for slow, fast in zip(times[than], times[name])]

        goals = {"avx512": ("68 ns, 17 x", "95 ns, 12 x"), "avx2": ("120 ns, 9.5 x", "170 ns, 7 x")}
        rows = []
        for level in self.levels:
            name = f"riskband, {level}" + (" (default here)" if level == self.levels[0] else "")
            goal, floor = goals.get(level, ("", ""))
            rows.append([name, spread(times[level]), spread(faster("NumPy", level)), spread(faster("reference", level)), goal, floor])
        rows.append(["riskband, all outputs of the file", spread(times["all"]), spread(faster("NumPy", "all")), "", "", ""])
        rows.append(["NumPy", spread(times["NumPy"], 0), "", "", "", ""])
        goal, floor = "riskband 15 x as fast", "10 x"
        rows.append(["reference engine", spread(times["reference"], 0), "", "", goal, floor])
        table(["market fan, one thread", "CPU ns a path", "times NumPy", "times the reference", "goal", "floor"], rows)

    def run_file(self, name, scenario):
        """A command that runs a scenario on one thread, by a number of paths."""
        path = Path(self.folder) / f"{name.replace(' ', '_')}.json"
        path.write_text(json.dumps(scenario))
        options = ["--threads", 1, "--format", "json", "--quiet"]
        return lambda paths: [self.riskband, "run", path, "--paths", paths, *options]

    def a_draw(self, title, laws, kinds, build):
        """Time of a draw of each law, and as a multiple of a lognormal's in the same place and round."""
        paths, draws = 200_000 // self.scale, scenarios.INPUTS * scenarios.STEPS
        contender = lambda name, scenario: Contender(name, self.run_file(name, scenario), paths, {})
        without = contender("without", scenarios.without_draws())
        reference = {kind: contender(f"reference {kind}", scenarios.of_law(scenarios.LAWS["lognormal"], tied)) for kind, tied in kinds}
        contenders = {(name, kind): contender(f"{name} {kind}", build(law, tied)) for name, law in laws.items() for kind, tied in kinds}
        taken, ratios = ({key: [] for key in contenders} for _ in range(2))
        for number in range(self.rounds):
            note(f"{title}, round {number + 1} of {self.rounds}")
            empty = without.nanoseconds()
            lognormal = {kind: (of.nanoseconds() - empty) / draws for kind, of in reference.items()}
            for (name, kind), of in contenders.items():
                time_of_one = (of.nanoseconds() - empty) / draws
                taken[name, kind].append(time_of_one)
                ratios[name, kind].append(time_of_one / lognormal[kind])
        header = [title] + [column for kind, _ in kinds for column in (f"{kind}, ns", "times lognormal")]
        middle = statistics.median
        rows = [[name] + [f"{middle(of[name, kind]):.{digits}f}" for kind, _ in kinds for of, digits in ((taken, 1), (ratios, 2))] for name in laws]
        table(header, rows)

    def every_law(self):
        kinds = [("fresh and alone", False), ("persistent and tied", True)]
        self.a_draw("a draw", scenarios.LAWS, kinds, scenarios.of_law)
        self.a_draw("a draw, drawn parameter", scenarios.DRAWN, kinds[:1], lambda law, _: scenarios.of_drawn(law))

    def models(self):
        """The mixed model against NumPy, values compared; the wide one."""
        mixed = self.run_file("mixed", scenarios.mixed())
        rival = lambda paths: [sys.executable, Path(__file__).with_name("mixed.py"), paths]
        paths = 200_000 // self.scale
        contenders = [
            Contender("NumPy", rival, paths, SINGLE),
            Contender("mixed", mixed, 2 * paths, {}),
            Contender("wide", self.run_file("wide", scenarios.wide()), paths, {}),
        ]
        times = self.rounds_of(contenders)
        ratios = [slow / fast for slow, fast in zip(times["NumPy"], times["mixed"])]
        rows = [
            ["mixed: every law, 30 formulas, 12 steps", spread(times["mixed"], 0), spread(ratios), "7 x", "5 x"],
            ["mixed in NumPy", spread(times["NumPy"], 0), "", "", ""],
            ["wide: 60 inputs, 10 ceilings, 24 steps", spread(times["wide"], 0), "", "", ""],
        ]
        table(["models, one thread", "CPU ns a path", "times NumPy", "goal", "floor"], rows)
        (_, ours), (_, theirs) = (peak(command(paths)) for command in (mixed, rival))
        z, worst, count = answers.largest_difference(ours["runs"][0], theirs)
        table(["mixed against NumPy", "statistics", "largest abs. z"], [[f"{paths:,} paths each", f"{count}", f"{z:.2f} ({worst})"]])
        if not z < 5.0:
            sys.exit("riskband and NumPy differ by five standard errors or more")

    def sensitivity(self):
        """First and total orders with intervals, by 2^14 base points: what is left of a process when one of a few points is
        subtracted. The indices of all three are compared."""
        base, few = 16_384 // self.scale, 64
        scenario = ROOT / "tests/data/sensitivity/market-constant.json"
        options = ["--of", "market[2031]", "--threads", 1, "--format", "json", "--quiet"]
        rival = Path(__file__).with_name("sensitivity.py")
        commands = {
            "riskband": lambda points: [self.riskband, "sensitivity", scenario, "--paths", points, *options],
            "SALib": lambda points: [sys.executable, rival, "salib", points],
            "OpenTURNS": lambda points: [sys.executable, rival, "openturns", points],
        }
        taken = {name: [] for name in commands}
        for number in range(self.rounds):
            note(f"sensitivity, round {number + 1} of {self.rounds}")
            for name, command in commands.items():
                # A process of a few milliseconds is measured several times.
                repeats = 5 if name == "riskband" else 1
                long, short = (statistics.median(run(command(n), SINGLE).cpu for _ in range(repeats)) for n in (base, few))
                taken[name].append(1e3 * (long - short))
        targets = {"SALib": ("40 x", "15 x"), "OpenTURNS": ("10 x", "4 x")}
        rows = [["riskband", spread(taken["riskband"]), "", "", ""]]
        for name, (goal, floor) in targets.items():
            ratios = [slow / fast for slow, fast in zip(taken[name], taken["riskband"])]
            rows.append([name, spread(taken[name], 0), spread(ratios), goal, floor])
        table(["first and total orders, 2^14 base points", "CPU ms", "riskband faster", "goal", "floor"], rows)
        (_, ours), (_, salib), (_, openturns) = (peak(command(base), SINGLE) for command in commands.values())
        rows, wrong = [], False
        for name, theirs in (("SALib", salib), ("OpenTURNS", openturns)):
            z, worst, count = answers.largest_difference_of_indices(ours["runs"][0], theirs["indices"])
            wrong |= not z < 5.0
            rows.append([name, f"{count}", f"{z:.2f} ({worst})"])
        table(["indices against", "statistics", "largest abs. z, below 5"], rows)
        if wrong:
            sys.exit("an index of riskband differs from that of a library by five standard errors or more")

    def two_threads(self):
        """Wall time says little if the machine does other things; CPU time says what it would be at most if it did not."""
        paths = 20_000_000 // self.scale
        wall, cpu = [], []
        for number in range(self.rounds):
            note(f"two threads, round {number + 1} of {self.rounds}")
            usage = [[run(self.market_fan(n, threads)) for n in (paths, SHORT)] for threads in (1, 2)]
            one, two = ((long.wall - short.wall, long.cpu - short.cpu) for long, short in usage)
            wall.append(one[0] / two[0])
            cpu.append(2.0 * one[1] / two[1])
        table(
            ["two threads for one", "times faster", "goal", "floor"],
            [
                ["market fan, wall time", spread(wall, 2), "1.95", "1.9"],
                ["at most, on free cores, by CPU time", spread(cpu, 2), "", ""],
            ],
        )

    def whole_processes(self):
        commands = {
            "market fan, 10,000 paths": (self.market_fan(10_000, threads=2), {}),
            "the same, all outputs": (self.market_fan(10_000, threads=2, outputs=False), {}),
            "the same in NumPy": (self.numpy(10_000), SINGLE),
            "baseline, 100,000 paths": ([self.riskband, "run", "--threads", 2, "--format", "json", "--quiet"], {}),
            "of which calibration and start (1 path)": (
                [self.riskband, "run", "--threads", 2, "--format", "json", "--quiet", "--paths", 1],
                {},
            ),
        }
        goals = {"market fan, 10,000 paths": ("5 ms", "10 ms"), "baseline, 100,000 paths": ("200 ms", "300 ms")}
        repeats = {name: 1 if name.startswith(("baseline", "of which")) else 5 for name in commands}
        taken = {name: [] for name in commands}
        for number in range(self.rounds):
            note(f"whole processes, round {number + 1} of {self.rounds}")
            for name, (command, env) in commands.items():
                taken[name] += [run(command, env) for _ in range(repeats[name])]
        rows = []
        for name, usages in taken.items():
            wall, cpu = [1e3 * usage.wall for usage in usages], [1e3 * usage.cpu for usage in usages]
            rows.append([name, spread(wall), spread(cpu), *goals.get(name, ("", ""))])
        table(["whole process, two threads, JSON", "wall ms", "CPU ms", "goal, wall", "floor, wall"], rows)

    def start(self):
        """Verbs that simulate nothing."""
        verbs = {
            "check baseline": ["check", "baseline"],
            "explain baseline": ["explain", "baseline"],
            "list": ["list"],
            "--version": ["--version"],
        }
        taken = {name: [] for name in verbs}
        for number in range(self.rounds):
            note(f"start, round {number + 1} of {self.rounds}")
            for name, words in verbs.items():
                taken[name] += [run([self.riskband, *words]) for _ in range(5)]
        milliseconds = lambda usages, of: spread([1e3 * of(usage) for usage in usages])
        rows = [
            [name, milliseconds(usages, lambda usage: usage.wall), milliseconds(usages, lambda usage: usage.cpu), "30 ms", "60 ms"]
            for name, usages in taken.items()
        ]
        table(["whole process", "wall ms", "CPU ms", "goal, wall", "floor, wall"], rows)

    def memory(self):
        """The largest size of a process, and how far that is above one that waits for its scenario."""
        idle = self.idle()
        sizes = [1_000_000, 10_000_000 if self.quick else 100_000_000] + [1_000_000_000] * self.billion
        rows, checked = [["riskband, waiting for its scenario", f"{idle / 2**20:.1f}", "", "", ""]], []
        for paths in sizes:
            note(f"memory, {paths:,} paths")
            memory, result = peak(self.market_fan(paths, threads=2))
            above = f"{(memory - idle) / 2**20:.1f}"
            rows.append([f"riskband, {paths:,} paths", f"{memory / 2**20:.1f}", above, "16 above", "64 above"])
            checked.append(("riskband", answers.of_riskband(result["runs"][0])))
        memory, result = peak(self.numpy(1_000_000), SINGLE)
        rows.append(["NumPy, 1,000,000 paths", f"{memory / 2**20:.1f}", "", "", ""])
        checked.append(("NumPy", answers.of_numpy(result)))
        table(["market fan, peak memory, two threads", "MiB", "above waiting", "goal", "floor"], rows)
        self.check(checked)

    def idle(self):
        """Bytes of a process that waits for a scenario on its standard input."""
        command = self.market_fan(SHORT, threads=2, scenario="-")
        process = start(command, None, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        memory = high_water(process.pid)
        process.communicate(MARKET_FAN.read_bytes())
        return memory

    def check(self, summaries):
        rows, wrong = [], False
        for name, summary in summaries:
            z, worst, count = answers.largest_z(summary)
            wrong |= not z < 5.0
            rows.append([f"{name}, {summary['paths']:,} paths", f"{count}", f"{z:.2f} ({worst})"])
        table(["against the known answers", "statistics", "largest abs. z, below 5"], rows)
        if wrong:
            sys.exit("a statistic is five standard errors or more away from its known answer")


def note(text):
    print(text, file=sys.stderr, flush=True)


def conditions(bench):
    print(
        f"{cpu_line('model name')}, {os.cpu_count()} logical CPUs, {bench.levels[0]}; {platform.system()}; load {load()} at "
        f"the start. Medians of {bench.rounds} interleaved rounds, smallest and largest in brackets."
    )
    if bench.quick:
        print("Quick mode: too few paths and rounds to quote.")
    print()


def load():
    """Processes that want to run, averaged over 1, 5 and 15 minutes."""
    return ", ".join(f"{x:.1f}" for x in os.getloadavg())


def main():
    parser = argparse.ArgumentParser(prog="scripts/performance", description=__doc__.partition("\n")[0])
    parser.add_argument("--riskband", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--reference", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="a tenth of the paths, two rounds: to see that it works")
    parser.add_argument("--rounds", type=int, help="interleaved rounds (7)")
    parser.add_argument("--billion", action="store_true", help="measure memory at 1e9 paths too, which takes minutes")
    parts = ["time_a_path", "every_law", "models", "sensitivity", "two_threads", "whole_processes", "start", "memory"]
    parser.add_argument("--only", choices=parts, action="append", help="measure this part alone (repeatable)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as arguments.folder:
        bench = Bench(arguments)
        conditions(bench)
        for part in bench.only or parts:
            getattr(bench, part)()
        print(f"Load {load()} at the end.")


main()
