# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
"""What the benchmarks share: a router, the daemons that run in it in turn, and
the reading of their costs.

    netns src: s0 --- in0 [ router: our own netns ] out0..2 --- d0..2 netns dst

CPU time and memory are sums over all processes of a daemon.  CPU time is what
the scheduler has counted, so it holds on a busy machine; times by the clock do
only beside each other.
"""
import os
import re
import signal
import statistics
import subprocess
import time

IFS = ["in0", "out0", "out1", "out2"]
HEAD = "".join(f"phyint {i} enable\n" for i in IFS)
LIMIT = {"ours": 60, "floor": 60, "peer": 10}   # seconds for one piece of work


class GaveUp(Exception):
    """It took too long, or the daemon has ended."""


def sh(cmd):
    subprocess.run(cmd, shell=True, check=True)


def table(text):
    """The numbers of "name value" lines."""
    words = (line.split() for line in text.splitlines())
    return {w[0]: float(w[1]) for w in words if len(w) == 2}


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""       # of a process that has just ended


def kib(pid, file, key):
    m = re.search(rf"^{key}:\s+(\d+)", read(f"/proc/{pid}/{file}"), re.M)
    return int(m.group(1)) if m else 0


class Running:
    """A daemon, or what stands in for it: a process and its offspring."""

    def __init__(self, world, who, argv):
        self.world, self.who, self.argv = world, who, argv
        self.p = None
        self.log = f"{world.work}/{who}.log"

    def start(self):
        with open(self.log, "w") as log:
            at = time.monotonic()
            self.p = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL,
                                      stdout=log, stderr=log)
        return at

    def started(self):
        """Starts it, and waits until it has nothing more to do."""
        self.start()
        self.settle()

    def says(self):
        """Runs it to its end."""
        return Tool(self.argv).result()

    def pids(self):
        kids = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            stat = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
            if stat and stat[0] != "Z":
                kids.setdefault(int(stat[1]), []).append(int(pid))
        family = [self.p.pid]
        for pid in family:
            family += kids.get(pid, [])
        return family

    def cpu(self):
        """Seconds; those of children that have ended, too."""
        ns = sum(int((read(f"/proc/{pid}/schedstat") or "0").split()[0])
                 for pid in self.pids())
        stat = read(f"/proc/{self.p.pid}/stat").rpartition(")")[2].split()
        ended = sum(map(int, stat[13:15])) / os.sysconf("SC_CLK_TCK")
        return ns / 1e9 + ended

    def watch_quiet(self):
        return self.world.gauge("quiet", *self.pids(), late=LIMIT[self.who])

    def settle(self):
        """When it has become quiet."""
        return self.watch_quiet().result()["at"]

    def memory(self, file, key):
        return sum(kib(pid, file, key) for pid in self.pids()) / 1024

    def stop(self):
        pids = self.pids() if self.p else []
        if pids and self.p.poll() is None:
            self.p.terminate()
            try:
                self.p.wait(10)
            except subprocess.TimeoutExpired:
                self.p.kill()
                self.p.wait()
        # the next one must not meet a routing socket of this one's
        for pid in pids[1:]:
            for _ in range(1000):
                if " Z " in (read(f"/proc/{pid}/stat") or " Z "):
                    break
                time.sleep(0.01)


class Daemon(Running):
    def __init__(self, world, who, bindir, conf, args):
        base = f"{world.work}/{who}"
        self.conf, self.sock, self.pidfile = (f"{base}.{x}" for x in
                                              ("conf", "sock", "pid"))
        super().__init__(world, who, [
            f"{bindir}/smcrouted", "-N", "-n", "-f", self.conf,
            "-u", self.sock, "-P", self.pidfile, *args])
        self.client = [f"{bindir}/smcroutectl", "-u", self.sock]
        self.write(conf)

    def write(self, conf):
        if self.who == "peer":      # has none
            conf = re.sub("^limit .*\n", "", conf, flags=re.M)
        with open(self.conf, "w") as f:
            f.write(conf)

    def started(self):
        end = self.start() + LIMIT[self.who]
        while not os.path.exists(self.pidfile):
            if time.monotonic() > end or self.p.poll() is not None:
                raise GaveUp
            time.sleep(0.005)
        self.settle()

    def hup(self):
        """Reloads; how long until it is quiet again."""
        quiet = self.watch_quiet()
        at = time.monotonic()
        self.p.send_signal(signal.SIGHUP)
        took = quiet.result()["at"] - at
        if self.p.poll() is not None:
            raise GaveUp
        return max(took, 0)

    def loads(self, pid, sig):
        """Sends a signal that makes it load.  Returns the seconds until the
        kernel agrees: it renews the pid file's time then."""
        os.utime(self.pidfile, (0, 0))
        at = time.monotonic()
        os.kill(pid, sig)
        while os.stat(self.pidfile).st_mtime == 0:
            if time.monotonic() > at + LIMIT[self.who]:
                raise GaveUp
            time.sleep(0.001)
        return time.monotonic() - at

    def reload(self):
        return self.loads(self.p.pid, signal.SIGHUP)

    def lose_engine(self):
        """Kills the engine, which is the child of a nursery."""
        engine = [p for p in self.pids()
                  if os.readlink(f"/proc/{p}/exe").endswith("/engine")][-1]
        return self.loads(engine, signal.SIGKILL)

    def stop(self):
        super().stop()
        for f in self.sock, self.pidfile:
            if os.path.exists(f):
                os.unlink(f)


class Tool:
    """One of ours, running."""

    def __init__(self, argv, **kw):
        self.p = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True,
                                  **kw)

    def wait_line(self):
        self.p.stdout.readline()
        return self

    def result(self):
        out = self.p.communicate(timeout=300)[0]
        if self.p.returncode == -14:
            raise GaveUp
        if self.p.returncode:
            raise RuntimeError(f"{self.p.args}: {self.p.returncode}")
        return table(out)

    def end(self):
        self.p.terminate()
        return self.result()


class World:
    def __init__(self, tools, work, ours, peer):
        self.tools, self.work = tools, work
        self.bindirs = {"ours": ours, "peer": peer}
        sh("mount -t tmpfs none /run && ip link set lo up")
        sh("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 "
           "net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 "
           "net.ipv6.conf.default.accept_dad=0")
        for ns in "src", "dst":
            sh(f"ip netns add {ns} && ip netns exec {ns} sysctl -qw "
               "net.ipv6.conf.all.disable_ipv6=1 "
               "net.ipv6.conf.default.disable_ipv6=1")
        for i in range(len(IFS)):
            self.cable(i)
        time.sleep(1)       # for what the kernel says and joins by itself

    def cable(self, i):
        ns, far = ("dst", f"d{i - 1}") if i else ("src", "s0")
        sh(f"ip link add {IFS[i]} type veth peer {far} netns {ns} && "
           f"ip netns exec {ns} ip link set {far} arp off up && "
           f"ip link set {IFS[i]} up && "
           f"ip addr add 10.0.{i}.1/24 dev {IFS[i]} && "
           f"ip addr add fd00:{i}::1/64 dev {IFS[i]} nodad")

    def new_cable(self):
        """The kernel remembers what was left on an interface, and is slow."""
        sh(f"ip link del {IFS[0]}")
        self.cable(0)
        time.sleep(1)

    def gauge(self, *args, late=60, **kw):
        return Tool([f"{self.tools}/gauge", *map(str, args)],
                    env={"LATE": str(late)}, **kw)

    def traffic(self, *args):
        """Options of traffic(1), then source and first group."""
        return Tool([f"{self.tools}/traffic", *map(str, args[:-2]),
                     "src", "s0", "dst", "d0", *args[-2:]])

    def sent(self, *args):
        r = self.traffic(*args).result()
        if r["missed"]:
            print("traffic: missed frames, the next row is too low")
        return r

    def floor(self, *args):
        return Running(self, "floor",
                       [f"{self.tools}/floor", *map(str, args)])

    def compare(self, measure, conf, args=("-c", "600"), floor=None, repeat=3,
                peer=True):
        """What MEASURE says of each, the medians of its values and the worst of
        its counts; each in turn, so that all see the same machine.  None: gave
        up."""
        got = {"ours": []}
        if floor:
            got["floor"] = []
        if peer and self.bindirs["peer"]:
            got["peer"] = []
        for _ in range(repeat):
            for who in [w for w in got if got[w] is not None]:
                if who == "floor":
                    d = self.floor(*floor)
                else:
                    d = Daemon(self, who, self.bindirs[who], conf, args)
                try:
                    got[who].append(measure(d))
                except GaveUp:
                    got[who] = None
                finally:
                    d.stop()
        return {who: medians(v) if v else None for who, v in got.items()}


# What must never be above, or below, is not seen in a median.
WORST = {"failed": max, "flows": min, "lost": max, "missing": max, "left": max,
         "none": max, "one": max, "unanswered": max, "slowest": max}


def medians(results):
    return {k: WORST.get(k, statistics.median)(r[k] for r in results)
            for k in results[0]}
