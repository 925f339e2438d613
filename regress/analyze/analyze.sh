#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# What analyzers of C find in the sources, without running them.
#
#	analyze.sh [gcc] [clang] [cppcheck]	all three by default
#
# Exits 1 when one has found something; one that is not installed is skipped.
#
# What is found and is not true is explained where it is: for cppcheck as it
# wants it, for the compilers in the line above, "NAME-OF-THE-CHECK: why".

set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd) || exit 1
where='common smcrouted smcroutectl'
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
export tmp

# Each source for this system by itself, with the flags of the build; what is
# said of it is left in a file.
each() # COMMAND ...
{
	# shellcheck disable=SC2016	# for make, and for the inner shell
	flags=$(cd smcrouted/engine && ${MAKE:-bmake} -V '${CFLAGS}' \
	    CFLAGS_MD= CFLAGS_MF= SANITIZE=) || exit 1
	one="$* $flags"
	export one
	# shellcheck disable=SC2016,SC2086
	find $where -name '*.c' ! -name '*bsd*.c' ! -name '*_route.c' -print0 |
	    xargs -0 -n 1 -P "$jobs" sh -c 'eval "$one" "$1" >"$tmp/$(echo "$1" | tr / -)" 2>&1' sh
}

# FILE:LINE:COLUMN: warning: TEXT [CHECK]
explained() # FINDING
{
	file=${1%%:*}
	line=${1#*:}
	line=${line%%:*}
	check=${1##*\[}
	[ "$line" -gt 1 ] &&
	    sed -n "$((line - 1))p" "$file" | grep -qF -e "${check%\]}: "
}

# Prints all about the sources in which there is something not explained.
judge()
{
	found=0
	for said in "$tmp"/*; do
		[ -f "$said" ] || exit 1
		grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|(fatal )?error): ' \
		    "$said" >"$tmp/findings"
		while read -r finding; do
			explained "$finding" || found=$said
		done <"$tmp/findings"
		# something else went wrong
		[ -s "$tmp/findings" ] || [ ! -s "$said" ] || found=$said
		rm "$tmp/findings"
		[ "$found" != "$said" ] || cat "$said"
	done
	rm -f "$tmp"/*
	[ "$found" = 0 ]
}

# That functions are not for threads matters to nobody: there are none.
check()
{
	# shellcheck disable=SC2086	# folders
	cppcheck -q -j "$jobs" --error-exitcode=1 --inline-suppr \
	    --enable=warning,performance,portability --library=posix,gnu,bsd \
	    --suppress=getpwnamCalled --suppress=getgrnamCalled \
	    --suppress=readdirCalled \
	    -D_GNU_SOURCE -DLIBBSD_OVERLAY -I/usr/include/bsd \
	    -I. -Ismcrouted \
	    $where
}

analyze() # TOOL
{
	case $1 in
	gcc)	each gcc -fanalyzer -c -o /dev/null ;;
	clang)	each clang --analyze --analyzer-output text ;;
	cppcheck) check; return ;;
	*)	echo "usage: analyze.sh [gcc] [clang] [cppcheck]"; return 1 ;;
	esac
	judge
}

cd "$here/../.." || exit 1
[ $# -gt 0 ] || set -- gcc clang cppcheck
failed=0
for tool; do
	if ! command -v "$tool" >/dev/null; then
		echo "$tool is not installed"
	elif analyze "$tool"; then
		echo "$tool: nothing that is not explained"
	else
		failed=1
	fi
done
exit $failed
