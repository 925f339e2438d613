#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
"""A random walk: routes added and removed, interfaces that come and go, reloads,
and engines that are killed.  After every few steps the kernel's table must be
what a simple model of the rules, in this file, says.

    walk.py SEED STEPS SMCROUTED SMCROUTECTL DIR kernel|learn

Runs in the network namespace of a router, which it may fill.  IPv4; the daemon
has one path for both families.  With "kernel" the rules of any source are to be
those of the kernel.
"""
import ipaddress, os, random, re, signal, subprocess, sys, time

seed, steps, daemon, client, work, wildcards = sys.argv[1:]
random.seed(int(seed))

NAMES = [f"{c}{i}" for c in "et" for i in range(8)]
PATTERNS = NAMES + ["e+", "t+"]
SOURCES = [f"10.0.0.{i}" for i in range(1, 5)]
GROUPS = [f"232.1.1.{i}" for i in range(1, 5)]
RANGES = ["232.1.1.0/30", "232.1.0.0/16"]

up = set()		# interfaces that there are
rules = {}		# (iif, source or *, group): outbound patterns


def sh(*words):
    return subprocess.run(words, capture_output=True, text=True)


def plug(name):
    sh("ip", "link", "add", name, "type", "veth", "peer", "name", "p" + name)
    sh("ip", "link", "set", name, "up")
    up.add(name)


def unplug(name):
    sh("ip", "link", "del", name)
    up.discard(name)


def ctl(*words):
    r = sh(client, "-u", work + "/sock", *words)
    if r.returncode:
        raise SystemExit(f"seed {seed}: {' '.join(words)}: {r.stderr}")
    return r.stdout


def names(pattern, name):
    if pattern.endswith("+"):
        return name.startswith(pattern[:-1])
    return pattern == name


def length(rule):
    group = ipaddress.ip_network(rule[2], strict=False)
    return 0 if rule[1] == "*" else 32, group.prefixlen


def covers(rule, src, grp):
    return rule[1] in ("*", src) and \
        ipaddress.ip_address(grp) in ipaddress.ip_network(rule[2], strict=False)


def outbound(iif, src, grp):
    """All rules that cover the flow add up; one without oifs takes away what
    those give that are wider than it."""
    found = [r for r in rules if names(r[0], iif) and covers(r, src, grp)]
    stops = [length(r) for r in found if not rules[r]]
    out = set()
    for r in found:
        s, g = length(r)
        if not any(s <= a and g <= b for a, b in stops):
            out |= {n for p in rules[r] for n in up if names(p, n)
                    and not (p.endswith("+") and n == iif)}
    return out


def is_narrow(rule):
    return rule[1] != "*" and "/" in rule[2]


def residents():
    """The entries of any source that the kernel must have: group, iif, oifs
    and iif."""
    found = set()
    for grp in GROUPS + ["232.1.1.0"]:
        if any(is_narrow(r) and covers(r, r[1], grp) for r in rules):
            continue
        here = {n: [r for r in rules if names(r[0], n) and
                    covers(r, "0.0.0.0", grp)] for n in up}
        inbound = {n for n in up if here[n]}
        out = {n: outbound(n, "0.0.0.0", grp) for n in inbound}
        if any(inbound & o for o in out.values()):
            continue
        found |= {(grp, n, tuple(sorted(out[n] | {n}))) for n in inbound
                  if out[n] and any(rules[r] and not r[2].endswith("/16")
                                    for r in here[n])}
    return found


def kernel():
    table = {}
    for line in sh("ip", "mroute").stdout.splitlines():
        m = re.match(r"\((\S+),(\S+)\)\s+Iif: (\S+)\s+(?:Oifs: (.*?))?\s*State",
                     line)
        if m:
            table.setdefault((m[1], m[2]), []).append(
                (m[3], set((m[4] or "").split())))
    return table


def differences():
    table, bad = kernel(), []
    for rule in rules:
        flow = rule[1:]
        if "*" not in flow and "/" not in rule[2] and flow not in table and \
                any(names(rule[0], n) for n in up):
            bad.append(f"{flow} is missing")
    here = {(grp, iif, tuple(sorted(oifs)))
            for (src, grp), entries in table.items() if src == "0.0.0.0"
            for iif, oifs in entries}
    there = residents() if wildcards == "kernel" else set()
    bad += [f"{r} is missing" for r in there - here]
    bad += [f"{r} is too much" for r in here - there]
    for (src, grp), entries in table.items():
        iif, oifs = entries[0]
        if src == "0.0.0.0":
            continue
        if iif not in up or oifs != outbound(iif, src, grp):
            bad.append(f"({src}, {grp}) from {iif} to {oifs} "
                       f"instead of {outbound(iif, src, grp)}")
    return bad


def engine(pid):
    """The one that works: the child of the nursery."""
    def children(p):
        with open(f"/proc/{p}/task/{p}/children") as f:
            return f.read().split()
    for nursery in children(pid):
        if os.readlink(f"/proc/{nursery}/exe").endswith("/engine"):
            return [int(p) for p in children(nursery)]
    return []


def step(pid):
    what = random.random()
    if what < .5 or not rules and what < .8:
        rule = (random.choice(PATTERNS), random.choice(SOURCES + ["*"]),
                random.choice(GROUPS + RANGES))
        oifs = random.choices(PATTERNS, k=random.randint(1, 3))
        ctl("add", *(w for w in rule if w != "*"), *oifs)
        rules.setdefault(rule, set()).update(oifs)
    elif what < .8:
        rule = random.choice(list(rules))
        words = [w for w in rule if w != "*"]
        if what < .65 or not rules[rule]:
            ctl("remove", *words)
            del rules[rule]
        else:
            oif = random.choice(sorted(rules[rule]))
            ctl("remove", *words, oif)
            rules[rule].discard(oif)
    elif what < .95:
        name = random.choice(NAMES)
        unplug(name) if name in up else plug(name)
    elif what < .97:
        for p in engine(pid):
            os.kill(p, signal.SIGKILL)
        # what is asked of the dead one is refused, and the next takes over
        while sh(client, "-u", work + "/sock", "reload").returncode:
            pass
        rules.clear()
    else:
        ctl("reload")
        rules.clear()


def walk(pid):
    for n in range(int(steps)):
        for _ in range(random.randint(1, 4)):
            step(pid)
        end = time.monotonic() + 120
        while bad := differences():
            if time.monotonic() > end:
                return f"seed {seed}, step {n}: " + "; ".join(bad) + \
                    f"\nrules: {rules}\n" + ctl("show") + ctl("show", "interfaces")
            time.sleep(.02)		# interfaces are told of by events
    return None


for name in NAMES[:5]:
    plug(name)
with open(work + "/conf", "w") as f:
    print("wildcards", wildcards, file=f)
p = subprocess.Popen([daemon, "-n", "-c", "0", "-f", work + "/conf",
                      "-u", work + "/sock", "-P", work + "/pid"])
try:
    ctl("show")		# waits for the daemon
    failed = walk(p.pid)
finally:
    p.terminate()
    p.wait()
if failed:
    raise SystemExit(failed)
