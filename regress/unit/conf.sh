#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The parser's output for each file here against what is expected, one line
# for each that differs.  Usage: conf.sh [FOLDER-OF-conf_test]

here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:-$here}" && pwd)/conf_test
corpus=$here/../../../shared/corpus
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

fail() {
	echo "conf: $*" >&2
	failed=1
}

# run OUTPUT ARGUMENTS: conf_test must end well and say nothing on stderr
run() {
	out=$1
	shift
	"$bin" "$@" >"$out" 2>"$tmp/stderr" && [ ! -s "$tmp/stderr" ] && return
	fail "conf_test $*: $(head -n 3 "$tmp/stderr")"
}

# compare NAME EXPECTED FOUND
compare() {
	cmp -s "$2" "$3" && return
	fail "$1: not as expected"
	diff -u "$2" "$3" | head -n 12 | cut -c 1-160 >&2
}

# fixpoint NAME OUTPUT: printed directives are read as what they are
fixpoint() {
	grep -av -e '^error: ' -e '^warning: ' "$2" >"$tmp/1"
	run "$tmp/2" "$tmp/1"
	grep -av '^warning: ' "$tmp/2" >"$tmp/3"
	compare "$1, printed and read again" "$tmp/1" "$tmp/3"
}

pairs() {
	for f in *.in; do
		run "$tmp/out" "$f"
		compare "$f" "${f%.in}.ok" "$tmp/out"
		fixpoint "$f" "$tmp/out"
	done
	for f in *.words; do
		run "$tmp/out" -w "$f"
		compare "$f" "${f%.words}.ok" "$tmp/out"
		# remove may have no oifs, which no line of a file may
		awk '!/^mroute / || / to /' "$tmp/out" >"$tmp/whole"
		fixpoint "$f" "$tmp/whole"
	done
}

# A line of 20,000 outbound interfaces.
long_line() {
	awk 'BEGIN {
		printf "# "; for (i = 0; i < 100000; i++) printf "x"
		printf "\nmroute from eth0 group 225.1.1.1 to"
		for (i = 0; i < 20000; i++) printf " if%d", i
		printf " if7 if0\nmgroup from eth0 group 225.1.1.1\n"
	}' >"$tmp/long"
	sed -e 1d -e 's/ if7 if0$//' "$tmp/long" >"$tmp/longok"
	run "$tmp/out" "$tmp/long"
	compare "a line of 150 kilobytes" "$tmp/longok" "$tmp/out"
}

no_file() {
	run "$tmp/out" "$tmp"
	echo "error: $tmp: Is a directory" >"$tmp/ok"
	compare "a folder" "$tmp/ok" "$tmp/out"
	run "$tmp/out" /dev/null
	compare "an empty file" /dev/null "$tmp/out"
}

# Files from the field: "NAME: ok", or NAME and its errors and warnings.
field() {
	if [ ! -d "$corpus" ]; then
		echo "skipped: no ../shared"
		return
	fi
	cd "$corpus" || exit 1
	for f in *.conf; do
		run "$tmp/out" "$f"
		if grep -q '^error: ' "$tmp/out"; then
			echo "$f: errors"
		else
			echo "$f: ok"
		fi
		grep -a -e '^error: ' -e '^warning: ' "$tmp/out"
		fixpoint "$f" "$tmp/out"
	done >"$tmp/corpus"
	compare "files from the field" "$here/conf/corpus.ok" "$tmp/corpus"
}

cd "$here/conf" || exit 1
pairs
long_line
no_file
field
exit $failed
