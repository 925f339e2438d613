#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Random changes of rules and interfaces, reloads and deaths of the engine; the
# kernel's table is compared with a model (walk.py).

. "$(atf_get_srcdir)/lib.sh"

_walk() # SEED [kernel]
{
	need python3
	topology 0
	in_router python3 "$SRCDIR/walk.py" "$1" 60 "$SMCROUTED" \
	    "$SMCROUTECTL" "$W" "${2-learn}" 2>"$D.log" ||
		fail "the walk of seed $1"
}

case_one walk_1 "routes, interfaces, reloads and deaths at random"
walk_1() { _walk 1; }

case_one walk_2 "the same with other numbers"
walk_2() { _walk 2; }

case_one walk_kernel "the same with entries of any source in the kernel"
walk_kernel() { _walk 4 kernel; }
