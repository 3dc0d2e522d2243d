#!/usr/bin/python3
"""Fuzzes every target, or those that are named, until each has had so many executions; guided by coverage.

    ./mvnw -q -Dquick test-compile && docs/benchmarks/fuzz.py --executions 10000000 --jobs 2
    docs/benchmarks/fuzz.py bencode KrpcFuzzTest --executions 1000000
    docs/benchmarks/fuzz.py --table

It may be interrupted and started again: the executions of a target are the sum over its logs, in target/fuzz. It runs
from a copy of the classes, so a build meanwhile does not disturb it. A target that finds something ends there; the
input lies in target/fuzz/findings, and belongs into the corpus (src/test/resources) with whatever mends it. Exits with
1 if there was a finding.
"""

import argparse
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODULES = ("peer", "tracker", "dht", "protocol")
# of an input, in bytes: what is longer finds nothing more, but takes longer
MAX_LENGTH = 1000
# executions that also follow what is compared with what; later ones follow new branches only, in half of the time
COMPARING = 1_000_000
# of Jazzer's, which look for injections: most of the time goes into them
HOOKS = ["com.code_intelligence.jazzer.sanitizers." + name for name in ("RegexInjection", "RegexRoadblocks")]


class Target:
    def __init__(self, module, java, method, work):
        self.class_name = os.path.relpath(java, f"{HOME}/{module}/src/test/java")[:-5].replace("/", ".")
        self.method = method
        self.name = self.class_name.rsplit(".", 1)[1] + "." + method
        self.seeds = f"{work}/classes/{module}/test-classes/{self.class_name.replace('.', '/')}Inputs/{method}"
        self.corpus = f"{work}/corpus/{self.name}"
        self.logs = f"{work}/logs/{self.name}"
        self.findings = f"{work}/findings/{self.name}-"

    def executions(self):
        count = 0
        for log in glob.glob(self.logs + ".*"):
            with open(log, "rb") as file:
                lines = re.findall(rb"^#(\d+)\s", file.read(), re.MULTILINE)
            count += int(lines[-1]) if lines else 0
        return count

    def found(self):
        return glob.glob(self.findings + "*")


def targets(work, wanted):
    for module in reversed(MODULES):
        for java in sorted(glob.glob(f"{HOME}/{module}/src/test/java/**/*FuzzTest.java", recursive=True)):
            with open(java, encoding="utf-8") as file:
                for method in re.findall(r"@FuzzTest\s+void (\w+)\(", file.read()):
                    target = Target(module, java, method, work)
                    if not wanted or any(word in target.name.split(".") or word == target.name for word in wanted):
                        yield target


def copy_of_build(work):
    """The class path of all modules' tests."""
    libraries = f"{work}/libraries"
    if not os.path.exists(libraries):
        subprocess.run(["./mvnw", "-q", "-B", "-ntp", "-Dquick", "-pl", "peer,tracker,dht,protocol", "test-compile",
                        "dependency:build-classpath", "-DincludeScope=test",
                        f"-Dmdep.outputFile={work}/libraries.${{project.artifactId}}"], cwd=HOME, check=True,
                       stdout=subprocess.DEVNULL)
        jars = {}
        for module in MODULES:
            with open(f"{libraries}.{module}") as file:
                jars.update((jar, None) for jar in file.read().split(":") if jar.endswith(".jar"))
        with open(libraries, "w") as file:
            file.write(":".join(jars))
    shutil.rmtree(f"{work}/classes", ignore_errors=True)
    path = []
    for module in MODULES:
        for kind in ("test-classes", "classes"):
            if os.path.isdir(f"{HOME}/{module}/target/{kind}"):
                path.append(shutil.copytree(f"{HOME}/{module}/target/{kind}", f"{work}/classes/{module}/{kind}"))
    with open(libraries) as file:
        return ":".join(path) + ":" + file.read()


class Campaign:
    def __init__(self, classpath, executions):
        self.classpath = classpath
        self.executions = executions
        self.running = set()
        self.stopping = False
        self.lock = threading.Lock()

    def run(self, target):
        os.makedirs(target.corpus, exist_ok=True)
        os.makedirs(os.path.dirname(target.logs), exist_ok=True)
        os.makedirs(os.path.dirname(target.findings), exist_ok=True)
        while (done := target.executions()) < self.executions and not target.found() and not self.stopping:
            comparing = done < COMPARING
            left = (min(COMPARING, self.executions) if comparing else self.executions) - done
            java = os.path.join(os.environ["JAVA_HOME"], "bin/java") if "JAVA_HOME" in os.environ else "java"
            with open(f"{target.logs}.{time.time_ns()}", "wb") as log:
                # a second of processor time is the target's own bound; this one is for what hangs
                process = subprocess.Popen(
                    [java, "-XX:+UseSerialGC", "-Xmx512m", "-cp", self.classpath,
                     "com.code_intelligence.jazzer.Jazzer", "--target_class=" + target.class_name,
                     "--target_method=" + target.method, "--instrumentation_includes=dev.jackdaw.**",
                     *([] if comparing else ["--trace=cov"]), "--disabled_hooks=" + ":".join(HOOKS),
                     f"-runs={left}", f"-max_len={MAX_LENGTH}", "-timeout=600", "-report_slow_units=86400",
                     "-artifact_prefix=" + target.findings, target.corpus,
                     *([target.seeds] if os.path.isdir(target.seeds) else [])],
                    stdout=log, stderr=subprocess.STDOUT)
                with self.lock:
                    self.running.add(process)
                code = process.wait()
                with self.lock:
                    self.running.discard(process)
            if code != 0 and not self.stopping and not target.found():
                print(f"{target.name}: ended with {code}, see {log.name}", flush=True)
                return
        if not self.stopping:
            print(f"{target.name}: {target.executions():,}{' FOUND ' + target.found()[0] if target.found() else ''}",
                  flush=True)

    def stop(self, *_):
        self.stopping = True
        for process in list(self.running):
            process.kill()  # a gentler end would be taken for a finding; what it did since its last line is not counted


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("targets", nargs="*", help="classes, methods or CLASS.METHOD; all if none")
    p.add_argument("--executions", type=int, default=10_000_000, help="of each target")
    p.add_argument("--jobs", type=int, default=1, help="targets at a time")
    p.add_argument("--work", default=HOME + "/target/fuzz", help="logs, corpora and findings")
    p.add_argument("--table", action="store_true", help="only tell what was reached")
    a = p.parse_args()
    chosen = list(targets(a.work, a.targets))
    if not chosen:
        sys.exit("no such target")
    if not a.table:
        os.makedirs(a.work, exist_ok=True)
        campaign = Campaign(copy_of_build(a.work), a.executions)
        signal.signal(signal.SIGTERM, campaign.stop)
        signal.signal(signal.SIGINT, campaign.stop)
        with ThreadPoolExecutor(a.jobs) as pool:
            list(pool.map(campaign.run, chosen))
    print("| target | executions | findings |\n|---|---|---|")
    for target in chosen:
        print(f"| {target.name} | {target.executions():,} | {len(target.found())} |")
    sys.exit(1 if any(target.found() for target in chosen) else 0)


if __name__ == "__main__":
    main()
