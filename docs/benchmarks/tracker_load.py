#!/usr/bin/env python3
"""Jackdaw's tracker beside opentracker, under the same load, alternately.

    docs/benchmarks/tracker_load.py --tools DIR [--runs 5] [--only NAME…] [--json FILE]

DIR has the two load generators, `udp_tracker_load` and `http_tracker_load`. For each load both trackers are started
afresh and filled with the same peers; then each is loaded in turn, one warm-up and RUNS times, and the medians of the
CPU time per answer (threads, JIT compiler and collector included) are compared. A run with an error or more than
0.1 % of time-outs is not counted. Everything stays on 127.0.0.0/8.
"""

import argparse
import json
import os
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(HERE, "..", "..", "cli", "target", "jackdaw", "bin", "jackdaw")

MANY = ["-M", "100000", "-z", "0.8", "-P", "1000000", "-s", "32"]
ONE = ["-M", "1", "-P", "193000", "-s", "32"]
HTTP = ["-c", "64"]

# name: (population, generator, its options, goal: our CPU per answer by opentracker's)
LOADS = {
    "udp": (MANY, "udp_tracker_load", ["-w", "4"], 0.75),
    "udp-mix": (MANY, "udp_tracker_load", ["-w", "4", "-c", "50", "-S", "1"], 0.75),
    "udp-one-swarm": (ONE, "udp_tracker_load", ["-w", "4", "-n", "200"], 0.75),
    "http": (MANY, "http_tracker_load", HTTP, 0.88),
    "http-keep-alive": (MANY, "http_tracker_load", HTTP + ["-K"], 0.35),
}


class Tracker:
    """A tracker process on a port of its own."""

    def __init__(self, name, command, port):
        self.name = name
        self.port = port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        deadline = time.time() + 30
        while time.time() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{name} ended with {self.process.returncode}: {' '.join(command)}")
                time.sleep(0.05)
        time.sleep(0.5)
        self.rss_kb = self.resident()

    def resident(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def load(tools, generator, tracker, options):
    command = [os.path.join(tools, generator), "-p", str(tracker.port), "-k", str(tracker.process.pid), *options]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def measure(args, name):
    population, generator, options, goal = LOADS[name]
    keep_alive = "http-keep-alive" == name
    hashes = os.path.join(args.scratch, "hashes")
    subprocess.run([os.path.join(args.tools, generator), *population, "-L", hashes], check=True)
    os.chmod(args.scratch, 0o755)
    # as root, opentracker changes its root directory to the one given before it reads the list
    whitelist = "/hashes" if os.geteuid() == 0 else hashes
    contestants = [Tracker("jackdaw", shlex.split(args.jackdaw) + args.options(17070), 17070)]
    if not args.alone:
        contestants.append(Tracker("opentracker", [args.opentracker, "-i", "127.0.0.1", "-p", "17071", "-P", "17071",
                                                   "-d", args.scratch, "-w", whitelist], 17071))
    figures = {tracker.name: [] for tracker in contestants}
    growth = {}
    try:
        for tracker in contestants:
            filled = load(args.tools, "udp_tracker_load", tracker, population + ["-w", "4", "-F", "-d", "0"])["fill"]
            if filled["errors"]:
                sys.exit(f"{tracker.name}: errors while filling: {filled}")
            growth[tracker.name] = (filled["tracker"]["rss_kb"] - tracker.rss_kb) * 1024 / filled["responses"]
        for run in range(-args.warm_up, args.runs):
            for tracker in contestants:
                own = list(options)
                if keep_alive and tracker.name == "opentracker":
                    own.remove("-K")  # it does not know keep-alive
                result = load(args.tools, generator, tracker, population + own + ["-d", str(args.seconds)])["load"]
                good = not result["errors"] and result["timeouts"] < result["responses"] / 1000
                if not good:
                    print(f"{name}: {tracker.name}: not counted: {result['errors']} errors, {result['timeouts']} "
                          f"time-outs {result['error_kinds']} {result['last_error']}", file=sys.stderr)
                if run >= 0 and good:
                    figures[tracker.name].append(result)
                if args.verbose:
                    print(f"# {name} {run} {tracker.name} {result['tracker']} {result['responses_per_s']}/s", file=sys.stderr)
    finally:
        for tracker in contestants:
            tracker.stop()
    medians = {}
    for tracker, results in figures.items():
        if not results:
            sys.exit(f"{name}: no good run of {tracker}")
        medians[tracker] = {
            "cpu_s_per_million": statistics.median(r["tracker"]["cpu_s_per_million_responses"] for r in results),
            "answers_per_s": statistics.median(r["responses_per_s"] for r in results),
            "p99_us": statistics.median(r["latency_us"]["p99"] for r in results),
            "bytes_per_peer": round(growth[tracker], 1),
            "runs": len(results),
        }
    return {"load": name, "goal": goal, **medians}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", required=True, help="where the load generators are")
    parser.add_argument("--jackdaw", default=f"{LAUNCHER} tracker", help="the command, without its addresses")
    parser.add_argument("--opentracker", default="opentracker")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--only", nargs="*", choices=LOADS, default=list(LOADS))
    parser.add_argument("--alone", action="store_true", help="without opentracker")
    parser.add_argument("--json", help="append a line for each load")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    args.options = lambda port: ["--http", f"127.0.0.1:{port}", "--udp", f"127.0.0.1:{port}"]
    with tempfile.TemporaryDirectory() as args.scratch:
        for name in args.only:
            result = measure(args, name)
            if args.json:
                with open(args.json, "a") as out:
                    out.write(json.dumps(result) + "\n")
            ours = result["jackdaw"]
            line = f"{name:16} jackdaw {ours['cpu_s_per_million']:6.2f} CPU-s/M {ours['answers_per_s']:7.0f}/s " \
                   f"{ours['bytes_per_peer']:5.1f} B/peer"
            if not args.alone:
                theirs = result["opentracker"]
                ratio = ours["cpu_s_per_million"] / theirs["cpu_s_per_million"]
                line += f"   opentracker {theirs['cpu_s_per_million']:6.2f} CPU-s/M {theirs['answers_per_s']:7.0f}/s " \
                        f"{theirs['bytes_per_peer']:5.1f} B/peer   ratio {ratio:.2f} (goal {result['goal']})"
            print(line, flush=True)


if __name__ == "__main__":
    main()
