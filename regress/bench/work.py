# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
"""The pieces of work.  Each function is one, and its rows come out of it:
(what, results, key), where results has the values of each that did it.
"""
import ipaddress
import itertools
import os
import subprocess
import time

from world import GaveUp, HEAD, IFS, kib, read

ANY4 = "mroute from in0 group 232.0.0.0/8 to out0\n"
ANY6 = "mroute from in0 group ff0e::/16 to out0\n"
SRC4, SRC6 = "10.64.0.1", "fd00::99"


def nth(base, i):
    return str(ipaddress.ip_address(base) + i)


def route(i):
    """The i-th of floor's, too."""
    return nth("10.64.0.1", i), nth("232.1.0.1", i)


def routes(n):
    """n static ones; written faster than by ipaddress."""
    out = [HEAD]
    for i in range(n):
        s, g = 0x0a400001 + i, 0xe8010001 + i
        out.append(f"mroute from {IFS[i % 4]} "
                   f"source 10.{s >> 16 & 255}.{s >> 8 & 255}.{s & 255} "
                   f"group 232.{g >> 16 & 255}.{g >> 8 & 255}.{g & 255} "
                   f"to {IFS[(i + 1) % 4]}\n")
    return "".join(out)


def ran(tool):
    r = tool.result()
    if r["status"] != 0:
        raise GaveUp
    return r


def load_one(d, n):
    """Starts it with n routes; until all of them are there."""
    entries = d.world.gauge("entries", *route(0), n, late=60)
    at = d.start()
    wall = entries.result()["at"] - at
    d.settle()
    return {"wall": wall, "cpu": d.cpu()}


def load(w, n=100000):
    got = w.compare(lambda d: load_one(d, n), routes(n),
                    floor=("load", 4, n))
    yield "start until all are there, s", got, "wall"
    yield "CPU time, s", got, "cpu"


def load_million(w):
    n = 1000000
    small = w.compare(lambda d: load_one(d, n // 10), routes(n // 10),
                      peer=False)
    got = w.compare(lambda d: load_one(d, n), routes(n),
                    floor=("load", 4, n), repeat=1)
    yield "start until all are there, s", got, "wall"
    yield "CPU time, s", got, "cpu"
    got["floor"] = {"wall": small["ours"]["wall"] * 10}
    got.pop("peer", None)
    yield "beside 10 x that of 100,000, s", got, "wall"
    yield from memory(w, n)


def memory(w, n=100000):
    def measure(d):
        entries = w.gauge("entries", *route(0), n)
        d.start()
        peak = 0
        while entries.p.poll() is None:
            peak = max(peak, d.memory("smaps_rollup", "Pss"))
        d.settle()
        return {"peak": max(peak, d.memory("smaps_rollup", "Pss")),
                "hwm": d.memory("status", "VmHWM"),
                "after": d.memory("smaps_rollup", "Pss")}
    got = w.compare(measure, routes(n), repeat=1, peer=False)
    yield "highest PSS while loading, MiB", got, "peak"
    yield "PSS when loaded, MiB", got, "after"
    yield "sum of VmHWM, an upper bound, MiB", got, "hwm"


def reloading(w):
    """A daemon with n routes is made to reload them."""
    n = 100000
    same = routes(n) + "mroute from in0 group 233.0.0.0/8 to out0\n"
    line = routes(n).splitlines(keepends=True)[len(HEAD.splitlines()) + n // 2]
    changed = same.replace(line, line.replace("to ", "to out2 "))

    def counted(d, conf):
        d.write(conf)
        changes = w.gauge("changes").wait_line()
        wall = d.hup()
        r = changes.end()
        if r["overruns"]:
            raise GaveUp
        return wall, r["changes"]

    def meanwhile(d, tool):
        """While it runs, one reload after the other."""
        for conf in itertools.cycle((same, changed)):
            d.write(conf)
            d.reload()
            if tool.p.poll() is not None:
                return tool.result()

    def measure(d):
        loaded = load_one(d, n)["wall"]
        wall, none = counted(d, same)
        wall1, one = counted(d, changed)
        flow = meanwhile(d, w.traffic("-c", 20000, "-r", 10000,
                                      *route(0)).wait_line())
        fresh = meanwhile(d, w.traffic("-f", 2000, "-S", 10, "-r", 1000, SRC4,
                                       "233.1.0.0").wait_line())
        asked = f"{d.conf}.ask"
        with open(asked, "w") as f:
            f.write("show interfaces\n" * 500)
        client = meanwhile(d, w.gauge("each", asked, *d.client))
        return {"load": loaded, "wall": wall, "none": none, "wall1": wall1,
                "one": one, "lost": flow["sent"] - flow["came"],
                "p99": fresh["p99_us"] / 1000, "client": client["max_ms"],
                "failed": client["failed"],
                "unanswered": fresh["sent"] - fresh["flows"]}
    got = w.compare(measure, same, peer=False)
    load = (got["ours"] or {}).get("load")
    got["floor"] = {"wall": load, "wall1": load}
    yield "nothing changed: s (floor: load)", got, "wall"
    yield "nothing changed: routes set", got, "none"
    yield "one changed: s (floor: load)", got, "wall1"
    yield "one changed: routes set", got, "one"
    yield "lost of 10,000 packets/s meanwhile", got, "lost"
    yield "new flows meanwhile: unanswered", got, "unanswered"
    yield "new flows meanwhile: p99, ms", got, "p99"
    yield "500 clients meanwhile: slowest, ms", got, "client"
    yield "500 clients meanwhile: failed", got, "failed"


def death(w, n=100000):
    """The engine is killed while new flows come in."""
    def measure(d):
        d.started()
        new = w.traffic("-f", 2000, "-S", 10, "-r", 250, SRC4,
                        "233.1.0.0").wait_line()
        wall = d.lose_engine()
        fresh = new.result()
        return {"wall": wall, "slowest": fresh["max_us"] / 1000,
                "unanswered": fresh["sent"] - fresh["flows"]}
    got = w.compare(measure, routes(n) +
                    "mroute from in0 group 233.0.0.0/8 to out0\n", peer=False)
    yield "until the next one has reconciled, s", got, "wall"
    yield "new flows meanwhile: unanswered", got, "unanswered"
    yield "new flows meanwhile: slowest, ms", got, "slowest"


def death_million(w):
    yield from death(w, 1000000)


def rules(n, kind):
    """n rules, the first group of the last of them, how many groups, and the
    first source that they cover."""
    if kind == "groups":
        grps = min(n, 1000)
        return "".join(
            f"mroute from in0 group {nth('232.1.0.0', i)} to out0\n"
            for i in range(n)), nth("232.1.0.0", n - grps), grps
    if kind == "prefixes":
        grps = min(n * 16, 1000)
        return "".join(
            f"mroute from in0 group {nth('232.0.0.0', 16 * i)}/28 to out0\n"
            for i in range(n)), nth("232.0.0.0", 16 * n - grps), grps
    grps = min(n, 1000)
    others = [nth("10.64.0.0", i % 9999 * 256) for i in range(n - grps)]
    return "".join(
        f"mroute from in0 source {s}/24 group {nth('232.1.0.0', i)} to out0\n"
        for i, s in enumerate(others + ["10.200.0.0"] * grps)
    ), nth("232.1.0.0", n - grps), grps


KINDS = "groups", "prefixes", "source prefixes"


def new_flows(w, sizes=(100, 1000, 10000, 100000), kinds=KINDS):
    for kind in kinds:
        peer = True
        for n in sizes:
            conf, first, grps = rules(n, kind)
            per = 1000 // grps

            def measure(d):
                d.started()
                took = []
                for block in range(5):
                    cpu = d.cpu()
                    flows = w.sent("-f", grps * per, "-S", per, "-r", 20000,
                                   "-q", 300, nth("10.200.0.2", block * per),
                                   first)["flows"]
                    d.settle()
                    took.append((d.cpu() - cpu) / max(flows, 1) * 1e6)
                return {"cpu": sorted(took)[2]}
            got = w.compare(measure, HEAD + conf, floor=("upcalls",),
                            repeat=1, peer=peer)
            peer = peer and got.get("peer") is not None
            yield f"the last of {n:,} {kind}", got, "cpu"


def burst(w, n=10000, each=10):
    def measure(d):
        d.started()
        r = w.sent("-f", n, "-S", 10, "-c", each, "-r", 100000, SRC4,
                   "232.1.0.0")
        return {"all": r["all_ms"], "slowest": r["max_us"] / 1000,
                "p99": r["p99_us"] / 1000, "flows": r["flows"],
                "lost": r["sent"] - r["came"]}
    got = w.compare(measure, HEAD + ANY4, floor=("upcalls",))
    yield "until the last comes through, ms", got, "all"
    yield "p99 of the first packet, ms", got, "p99"
    yield "slowest first packet, ms", got, "slowest"
    yield "flows that come through", got, "flows"
    yield f"packets lost of {each * n:,}", got, "lost"


def burst_large(w):
    return burst(w, 50000, 4)


def resident(w, n=200, each=500):
    """A (*,G) that the kernel holds itself, beside one that is learned."""
    def measure(d):
        d.started()
        r = w.sent("-f", n, "-S", n, "-c", each, "-r", 100000, SRC4,
                   "232.1.0.0")
        have = len(read("/proc/net/ip_mr_cache").splitlines()) - 1
        return {"p99": r["p99_us"] / 1000, "entries": have,
                "lost": r["sent"] - r["came"]}
    for name, word in (("in the kernel", " kernel"), ("learned", "")):
        got = w.compare(measure, f"{HEAD}mroute from in0 group 232.1.0.0 "
                        f"to out0{word}\n", peer=False)
        yield f"{name}, packets lost of {each * n:,}", got, "lost"
        yield f"{name}, p99 of the first, ms", got, "p99"
        yield f"{name}, entries", got, "entries"


def sustained(w, n=50000):
    for name, src, grp in (("IPv4", SRC4, "232.1.0.0"),
                           ("IPv6", SRC6, "ff0e::1:0")):
        def measure(d):
            d.started()
            r = w.sent("-w", 256, "-f", n, "-S", 10, "-t", 5, src, grp)
            return {"rate": r["flows"] / r["all_ms"],
                    "lost": r["sent"] - r["flows"]}
        got = w.compare(measure, HEAD + ANY4 + ANY6, floor=("upcalls",))
        yield f"{name}, 1,000 a second", got, "rate"
        yield f"{name}, unanswered", got, "lost"


def first_packet(w):
    def measure(d):
        d.started()
        r = w.sent("-w", 1, "-g", 2000, "-f", 1000, SRC4, "232.1.0.0")
        lost = sorted(
            20000 - w.sent("-c", 20000, "-r", 100000, "-q", 50, SRC4,
                           nth("232.2.0.0", i))["came"] for i in range(7))
        return {"p50": r["p50_us"], "p99": r["p99_us"], "lost": lost[3]}
    got = w.compare(measure, HEAD + ANY4, floor=("upcalls",))
    yield "median, us", got, "p50"
    yield "p99, us", got, "p99"
    yield "lost at start of 100,000 packets/s", got, "lost"


def adds(d, n):
    path = f"{d.conf}.add"
    with open(path, "w") as f:
        for i in range(n):
            f.write("add in0 %s %s out0\n" % route(i))
    return path


def batch(w, n=10000):
    def confirmed(d, path, had):
        with open(path) as f:
            r = ran(w.gauge("run", "-", *d.client, "-b", stdin=f))
        have = len(read("/proc/net/ip_mr_cache").splitlines()) - 1
        return {"rate": n / r["ms"], "missing": had + n - have}

    def measure(d):
        d.started()
        return confirmed(d, adds(d, n), 0)
    got = w.compare(measure, HEAD)
    yield "1,000 lines a second", got, "rate"
    yield f"routes missing of {n:,}", got, "missing"

    had = 100000
    for what, word, kept in ("(*,G)", "", 0), ("(*,G) kernel", " kernel", n):
        def wide(d):
            d.started()
            path = f"{d.conf}.add"
            with open(path, "w") as f:
                for i in range(n):
                    f.write(f"add in0 {nth('233.1.0.0', i)} out0{word}\n")
            return confirmed(d, path, had - n + kept)
        got = w.compare(wide, routes(had), peer=False)
        yield f"{what} beside {had:,} routes", got, "rate"
        if kept:
            yield f"{what}: missing of {kept:,}", got, "missing"


def one_shot(w):
    def measure(d):
        d.started()
        return w.gauge("each", adds(d, 200), *d.client).result()
    got = w.compare(measure, HEAD)
    yield "median, ms", got, "p50_ms"
    yield "failed of 200", got, "failed"


def control_pid(d):
    """The child of its nursery, which has had less to do."""
    return max((kib(p, "status", "VmRSS"), p) for p in d.pids()
               if read(f"/proc/{p}/comm") == "control\n")[1]


def show(w, n=100000):
    def measure(d):
        d.started()
        control = control_pid(d)
        with open(f"/proc/{control}/clear_refs", "w") as f:
            f.write("5")    # the peak is what it has now
        before = kib(control, "status", "VmHWM")
        out = {}
        for name, args in ("text", []), ("-d", ["-d"]), ("-j", ["-j"]):
            runs = [ran(w.gauge("run", "10.64.0.1", *d.client, *args, "show",
                                "routes")) for _ in range(3)]
            out[name] = sorted(r["ms"] for r in runs)[1] / 1000
            out[name + "first"] = sorted(r["first_ms"] for r in runs)[1]
        with subprocess.Popen([*d.client, "show", "routes"],
                              stdout=subprocess.PIPE) as slow:
            d.settle()
            slow.stdout.read()
        out["grown"] = kib(control, "status", "VmHWM") - before
        return out
    got = w.compare(measure, routes(n), repeat=1, peer=False)
    got["floor"] = {"-d": w.floor("counters", 4, n).says()["s"]}
    for name in "text", "-d", "-j":
        yield f"{name}, s", got, name
        yield f"{name}: first row, ms", got, name + "first"
    yield "control grows at most by, KiB", got, "grown"


def expiry(w, n=100000, sec=10):
    flood = ("-f", n, "-S", 10)

    def measure(d):
        d.started()
        w.sent("-w", 256, *flood, SRC4, "232.1.0.0")
        busy = w.traffic("-c", 7, "-r", n // (sec // 2), *flood, SRC4,
                         "232.1.0.0").wait_line()
        cpu = [d.cpu()]
        for _ in range(2):
            time.sleep(sec)
            cpu.append(d.cpu())
        fresh = w.sent("-f", 500 * sec, "-S", 10, "-r", 500, SRC4,
                       "232.64.0.0")
        busy.result()
        return {"first": (cpu[1] - cpu[0]) * 1000,
                "cpu": (cpu[2] - cpu[1]) * 1000, "p99": fresh["p99_us"] / 1000,
                "lost": fresh["sent"] - fresh["flows"]}
    got = w.compare(measure, HEAD + ANY4 + "limit flows 200000\n",
                    args=("-c", str(sec)), repeat=1, peer=False)
    cpu = w.floor("counters", 4, n).says()["cpu"] * 1000
    got["floor"] = {"cpu": cpu, "first": cpu}
    yield "CPU time in each interval, ms", got, "cpu"
    yield "CPU time in the first one, ms", got, "first"
    yield "new flows meanwhile: unanswered", got, "lost"
    yield "new flows meanwhile: p99, ms", got, "p99"


def members(v6):
    with open("/proc/net/igmp6" if v6 else "/proc/net/igmp") as f:
        return sum(v6 or line[0] == "\t" for line in f)


def joins(w):
    n = 10000
    for what, kind, n, lines in (
            ("10,000 ASM", "asm", n,
             [f"mgroup from in0 group {nth('239.1.0.0', i)}\n"
              for i in range(n)]),
            ("10,000 SSM", "ssm", n,
             [f"mgroup from in0 source 10.64.0.1 group {nth('232.1.0.1', i)}\n"
              for i in range(n)]),
            ("10,000 IPv6", "6", n,
             [f"mgroup from in0 group {nth('ff0e:1::1:0', i)}\n"
              for i in range(n)]),
            ("a /16", "asm", 65536, ["mgroup from in0 group 239.1.0.0/16\n"])):
        def measure(d):
            w.new_cable()
            if d.who == "floor":
                return {k: v * 1000 for k, v in d.says().items()}
            d.started()
            had = members(kind == "6")
            out = {}
            for name, conf in ("join", HEAD + "".join(lines)), ("leave", HEAD):
                d.write(conf)
                cpu = d.cpu()
                out[name + "_s"] = d.hup() * 1000
                out[name + "_cpu"] = (d.cpu() - cpu) * 1000
                have = members(kind == "6") - had
                out["missing" if name == "join" else "left"] = \
                    n - have if name == "join" else have
            return out
        got = w.compare(measure, HEAD, floor=("joins", kind, n))
        yield f"{what}: join, CPU ms", got, "join_cpu"
        yield f"{what}: join, ms", got, "join_s"
        yield f"{what}: not joined", got, "missing"
        yield f"{what}: leave, CPU ms", got, "leave_cpu"
        yield f"{what}: leave, ms", got, "leave_s"
        yield f"{what}: not left", got, "left"


def idle(w, seconds=10):
    def switches(d):
        return sum(kib(p, "status", k) for p in d.pids() for k in
                   ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"))

    def measure(d):
        d.started()
        time.sleep(8)       # for the kernel's own reports of groups
        before = switches(d)
        time.sleep(seconds)
        return {"wakeups": switches(d) - before,
                "pss": d.memory("smaps_rollup", "Pss"),
                "rss": d.memory("status", "VmRSS")}
    got = w.compare(measure, routes(100), repeat=1)
    yield f"wake-ups in {seconds} s", got, "wakeups"
    yield "PSS, MiB", got, "pss"
    yield "RSS, MiB", got, "rss"


def idle_long(w):
    return idle(w, 60)


def size(w):
    got = {}
    for who, bindir in w.bindirs.items():
        if not bindir:
            continue
        total = 0
        lib = f"{bindir}/../libexec/smcrouted"
        for f in (f"{bindir}/smcrouted", f"{bindir}/smcroutectl",
                  f"{lib}/engine", f"{lib}/control"):
            if os.path.exists(f):
                subprocess.run(["strip", "-o", f"{w.work}/stripped", f],
                               check=True)
                total += os.path.getsize(f"{w.work}/stripped")
        got[who] = {"size": total / 1024}
    yield "stripped, KiB", got, "size"
