#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Runs one fuzzer: all of its seeds, and then on from them for some time.
#
#	fuzz.sh FOLDER-OF-PROGRAMS TARGET
#
# In the environment: FUZZ_SECONDS, for how long (20; 0: only the seeds);
# FUZZ_RUNS, how many executions instead; FUZZ_SEED, another way through them
# (1); FUZZ_CORPUS, a folder to keep what is found on the way and to begin with
# the next time; FUZZ_FOUND, a folder for inputs that fail (.); CORPUS, more
# configuration files.
#
# Prints how many executions there were, and if an input failed, what it did and
# where it is.

set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd)
bin=$1/$2_fuzz
target=$2
seeds=$here/seeds/$target
# longer inputs are slower and find nothing new
max=512
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# Configuration files are seeds; the last byte is for the harness.
field() {
	[ "$target" = conf ] || return
	for f in "$here"/../unit/conf/*.in "${CORPUS:-/nonexistent}"/*.conf; do
		[ -f "$f" ] || continue
		{ head -c 8192 "$f" && printf '\0'; } \
		    >"$tmp/seeds/$(basename "$f")"
	done
}

# fuzz TEXT ARGUMENTS
fuzz() {
	what=$1
	shift
	"$bin" -rss_limit_mb=1024 -timeout=120 -print_final_stats=1 \
	    -artifact_prefix="${FUZZ_FOUND:-.}/$target-" "$@" >"$tmp/log" 2>&1
	code=$?
	n=$(sed -n 's/^stat::number_of_executed_units: *//p' "$tmp/log")
	per=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$tmp/log")
	if [ $code -eq 0 ]; then
		echo "$target: $what: ${n:-0} executions, $per a second"
		return
	fi
	grep -v -e '^#[0-9]' -e '^[[:space:]]*NEW_FUNC' "$tmp/log" | tail -n 60
	echo "$target: $what: a finding after ${n:-?} executions"
	echo "again: ${bin##*/} FILE; once it is mended, FILE is a seed"
	exit 1
}

# Most of the time goes into the sanitizer's malloc(3): let it keep short
# backtraces and little freed memory, and not fill memory.
ASAN_OPTIONS=malloc_context_size=4:max_malloc_fill_size=0:\
allocator_release_to_os_interval_ms=-1:quarantine_size_mb=16:${ASAN_OPTIONS-}
export ASAN_OPTIONS
mkdir "$tmp/seeds" "$tmp/new"
cp "$seeds"/* "$tmp/seeds/" || exit 1
field
fuzz seeds -runs=0 -max_len=16384 "$tmp/seeds"
if [ -n "${FUZZ_RUNS-}" ]; then
	set -- -runs="$FUZZ_RUNS"
elif [ "${FUZZ_SECONDS:=20}" -gt 0 ]; then
	set -- -max_total_time="$FUZZ_SECONDS"
else
	exit 0
fi
# libFuzzer's choice of inputs by their entropy takes up to half of the time,
# and did not find more.
fuzz "seed ${FUZZ_SEED:-1}" -seed="${FUZZ_SEED:-1}" -entropic=0 \
    -max_len=$max "$@" "${FUZZ_CORPUS:-$tmp/new}" "$tmp/seeds"
