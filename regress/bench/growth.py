#!/usr/bin/env python3
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
"""Draws time against size by gnuplot; run by ./run, which says how.

    growth.py [-f] TOOLS WORK BINDIR PEER FILE.svg
"""
import argparse
import subprocess

import work
from world import World

PLOT = """
set terminal svg size 800,400 font "sans-serif,13" background "white"
set output "{file}"
set datafile missing "?"
set logscale xy
set format x "10^{{%T}}"
set format y "10^{{%T}}"
set grid
set key top left
set multiplot layout 1,2
set title "Start until all routes are there"
set xlabel "routes of one source and group"
set ylabel "seconds"
plot {load}
set title "CPU time for a new flow"
set xlabel "rules, of which the last one covers it"
set ylabel "microseconds"
set yrange [1:]
plot {flow}
"""
WHO = {"ours": "smcrouted", "floor": "floor", "peer": "original"}


def curves(path, points):
    """Writes the points of each, one a line, and says how to draw them."""
    with open(path, "w") as f:
        for n, got, key in points:
            print(n, *((got.get(w) or {}).get(key, "?") for w in WHO), file=f)
            print(n, {w: (got.get(w) or {}).get(key) for w in WHO}, flush=True)
    drawn = [w for w in WHO if any(got.get(w) for _, got, _ in points)]
    return ", ".join(f'"{path}" using 1:{list(WHO).index(w) + 2} '
                     f'with linespoints lw 2 title "{WHO[w]}"' for w in drawn)


def loads(w, sizes):
    peer = True
    for n in sizes:
        got = w.compare(lambda d: work.load_one(d, n), work.routes(n),
                        floor=("load", 4, n), peer=peer)
        peer = peer and got.get("peer") is not None
        yield n, got, "wall"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-f", "--full", action="store_true")
    for name in "tools", "work", "bindir", "peer", "file":
        ap.add_argument(name)
    o = ap.parse_args()
    w = World(o.tools, o.work, o.bindir, o.peer)
    sizes = [100, 1000, 10000, 100000] + ([1000000] if o.full else [])
    load = curves(f"{o.work}/load", list(loads(w, sizes)))
    flow = curves(f"{o.work}/flow", [
        (n, got, key) for n, (_, got, key) in
        zip(sizes, work.new_flows(w, sizes, ("groups",)))])
    subprocess.run(["gnuplot"], check=True, text=True,
                   input=PLOT.format(file=o.file, load=load, flow=flow))


if __name__ == "__main__":
    main()
