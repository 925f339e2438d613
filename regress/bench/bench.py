#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
"""Runs the pieces of work and prints one table; run by ./run, which says how.

    bench.py TOOLS WORK BINDIR PEER [-f] [-o FILE] [NAME ...]
"""
import argparse
import json
import os
import sys

import work
from world import World

WORK = {    # name: heading, function, function with -f
    "load": ("load of 100,000 routes", work.load, None),
    "million": ("load of 1,000,000 routes", None, work.load_million),
    "memory": ("memory with 100,000 routes", work.memory, None),
    "reload": ("reload of 100,000 routes", work.reloading, None),
    "death": ("the engine is killed, 100,000 routes", work.death, None),
    "death_million": ("the engine is killed, 1,000,000 routes", None,
                      work.death_million),
    "rules": ("new flow, CPU us, under", work.new_flows, None),
    "burst": ("burst of 10,000 flows, 100,000 packets/s", work.burst, None),
    "burst50": ("burst of 50,000 flows", work.burst_large, None),
    "resident": ("200 sources at once of one group", work.resident, None),
    "sustained": ("new flows, 256 unanswered at a time", work.sustained,
                  None),
    "first": ("first packet of a new flow", work.first_packet, None),
    "batch": ("smcroutectl -b, 10,000 adds", work.batch, None),
    "oneshot": ("smcroutectl add, once", work.one_shot, None),
    "show": ("show routes, 100,000", work.show, None),
    "expiry": ("expiry of 100,000 learned flows", work.expiry, None),
    "joins": ("groups", work.joins, None),
    "idle": ("idle with 100 routes", work.idle, work.idle_long),
    "size": ("executables", work.size, None),
}


class Table:
    def __init__(self, peer):
        self.peer, self.rows = peer, []
        self.line("work", "smcrouted", "floor", "ratio",
                  *(("original", "ratio") if peer else ()))

    @staticmethod
    def line(what, *cells):
        print(f"{what:36}" + "".join(
            f"{c:>{w}}" for c, w in zip(cells, (10, 9, 7, 10, 7))), flush=True)

    def row(self, heading, what, got, key):
        def value(who):
            return (got.get(who) or {}).get(key)

        def cell(who):
            return "gave up" if who in got and got[who] is None \
                else number(value(who), 0)

        def ratio(who):
            a, b = value("ours"), value(who)
            return a / b if a is not None and b else None
        row = {"work": heading, "what": what, "smcrouted": value("ours"),
               "floor": value("floor"), "ratio": ratio("floor"),
               "original": value("peer"), "original_ratio": ratio("peer")}
        self.rows.append(row)
        self.line("  " + what, cell("ours"), cell("floor"),
                  number(row["ratio"]), *(
                      (cell("peer"), number(row["original_ratio"]))
                      if self.peer else ()))


def number(x, least=0.01):
    if x is None:
        return "-"
    if x == int(x) or x >= 100:
        return f"{x:.0f}"
    return f"{x:.3g}" if x >= least else f"<{least}"


def main():
    ap = argparse.ArgumentParser()
    for name in "tools", "work", "bindir", "peer":
        ap.add_argument(name)
    ap.add_argument("-f", "--full", action="store_true")
    ap.add_argument("-o", "--output")
    ap.add_argument("names", nargs="*", metavar="NAME")
    o = ap.parse_args()
    for name in o.names:
        if name not in WORK:
            ap.error(f"no {name}; there are: {' '.join(WORK)}")
    world = World(o.tools, o.work, o.bindir, o.peer)
    table = Table(o.peer)
    for name, (heading, usual, full) in WORK.items():
        function = full if o.full and full else usual
        if function is None or (o.names and name not in o.names):
            continue
        print(heading)
        for what, got, key in function(world):
            table.row(heading, what, got, key)
    if o.output:
        with open(o.output, "w") as f:
            json.dump({"kernel": os.uname().release,
                       "cpus": len(os.sched_getaffinity(0)),
                       "rows": table.rows}, f, indent=1)
            f.write("\n")


if __name__ == "__main__":
    sys.exit(main())
