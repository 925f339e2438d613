#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# A route of 100,000 costs no more instructions than one of 1,000, within 10 %:
# reading it, finding it, its entry in the kernel, forgetting both.  So does a
# group: reading it, leaving it.
# Usage: cost.sh [FOLDER-OF-cost]
# Needs: valgrind

here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:-$here}" && pwd)/cost
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

routes() # N
{
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "mroute from eth0 source 10.%d.%d.1 group " \
		    "226.%d.%d.%d to eth1\n", i % 7, i % 199, i / 65536,
		    i / 256 % 256, i % 256 }'
}

groups() # N
{
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "mgroup from eth0 group 226.%d.%d.%d\n", i / 65536,
		    i / 256 % 256, i % 256 }'
}

# The instructions of a run with N of them.
instructions() # routes|groups N
{
	$1 "$2" >"$tmp/conf"
	valgrind --tool=callgrind --callgrind-out-file="$tmp/out" \
	    "$bin" "$2" "$tmp/conf" $(echo "$1" | grep groups) \
	    >"$tmp/said" 2>&1 || {
		cat "$tmp/said" >&2
		exit 1
	}
	sed -n 's/^summary: //p' "$tmp/out"
}

status=0
for what in routes groups; do
	none=$(instructions $what 0) || exit
	few=$(instructions $what 1000) || exit
	many=$(instructions $what 100000) || exit
	few=$(((few - none) / 1000))
	many=$(((many - none) / 100000))
	echo "instructions for each of $what: $few of 1,000, $many of 100,000"
	[ "$few" -gt 0 ] && [ $((many * 10)) -le $((few * 11)) ] &&
	    [ $((many * 11)) -ge $((few * 10)) ] || status=1
done
exit $status
