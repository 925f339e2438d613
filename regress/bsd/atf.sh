#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Runs cases of a test program on a machine without ATF.
#
#	atf.sh PROGRAM [CASE ...]
#
# Prints "NAME  ->  passed", "failed: WHY" or "skipped: WHY" for each case, or
# for those that are named, and "N passed, N failed, N skipped".  Exit: 0 when
# none has failed.

# shellcheck disable=SC3043

program=$1
shift
ATF_SRCDIR=$(cd "$(dirname "$program")" && pwd)
program=$ATF_SRCDIR/$(basename "$program")

atf_get_srcdir() { echo "$ATF_SRCDIR"; }
atf_test_case() { :; }
atf_set() { :; }
atf_init_test_cases() { :; }
atf_add_test_case() { echo "$1"; }
atf_skip() { echo "skipped: $*" >"$ATF_RESULT"; exit 0; }
atf_fail() { echo "failed: $*" >"$ATF_RESULT"; exit 1; }

run_case() # NAME
{
	local dir

	dir=$(mktemp -d /tmp/case.XXXXXX) || exit 1
	ATF_RESULT=$dir/.result
	(cd "$dir" && "${1}_body" && echo passed >"$ATF_RESULT") \
	    >"$dir/.out" 2>&1
	(cd "$dir" && "${1}_cleanup") >/dev/null 2>&1
	result=$(cat "$ATF_RESULT" 2>/dev/null || echo "failed: it ended")
	echo "${program##*/}:$1  ->  $result"
	case $result in
	passed)	passed=$((passed + 1)) ;;
	skip*)	skipped=$((skipped + 1)) ;;
	*)	failed=$((failed + 1))
		sed 's/^/	/' "$dir/.out" ;;
	esac
	rm -rf "$dir"
}

passed=0 failed=0 skipped=0
# shellcheck disable=SC1090
. "$program"
# shellcheck disable=SC2046	# names without blanks
[ $# -gt 0 ] || set -- $(atf_init_test_cases)
for name; do
	run_case "$name"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
