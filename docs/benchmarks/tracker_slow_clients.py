#!/usr/bin/env python3
"""How long good requests take while slow and silent HTTP clients hold connections to Jackdaw's tracker.

    docs/benchmarks/tracker_slow_clients.py --tools DIR [--clients 10000]

DIR has `http_tracker_load`. Half of the clients send nothing, half a part of a request; good requests come at 500 a
second, a connection for each. Everything stays on 127.0.0.0/8.
"""

import argparse
import json
import os
import resource
import shlex
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(HERE, "..", "..", "cli", "target", "jackdaw", "bin", "jackdaw")
PORT = 17072


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", required=True)
    parser.add_argument("--jackdaw", default=f"{LAUNCHER} tracker")
    parser.add_argument("--clients", type=int, default=10_000)
    args = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    command = shlex.split(args.jackdaw) + ["--http", f"127.0.0.1:{PORT}"]
    tracker = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(3)
        load = [os.path.join(args.tools, "http_tracker_load"), "-p", str(PORT), "-M", "1000", "-P", "10000", "-c", "32",
                "-r", "500", "-k", str(tracker.pid), "-d"]
        subprocess.run(load + ["4"], stdout=subprocess.DEVNULL, check=True)  # warm-up
        slow = []
        for i in range(args.clients):
            client = socket.socket()
            client.bind((f"127.13.{i // 1000}.1", 0))
            client.connect(("127.0.0.1", PORT))
            if i % 2:
                client.send(b"GET /announce?info_hash=")
            slow.append(client)
        result = json.loads(subprocess.run(load + ["6"], stdout=subprocess.PIPE, check=True).stdout)["load"]
        print(f"{len(slow)} slow clients: {result['responses']} good requests, {result['errors']} errors, "
              f"{result['timeouts']} time-outs, latency {result['latency_us']} us, RSS {result['tracker']['rss_kb']} KB")
    finally:
        tracker.terminate()
        tracker.wait()


if __name__ == "__main__":
    main()
