#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# A case for each target of the Makefile: its seeds, then some time of fuzzing.

# Longer than it may take; in the environment as fuzz.sh has them.
timeout()
{
	if [ -n "${FUZZ_RUNS-}" ]; then
		echo 86400
	else
		echo $((${FUZZ_SECONDS:-20} + 120))
	fi
}

fuzz() # TARGET
{
	[ "$(uname -s)" = Linux ] ||
	    atf_skip "on Linux only: the fuzzers play its kernel"
	[ -x "$FUZZERS/$1_fuzz" ] ||
	    atf_skip "no clang with libFuzzer: sh etc/setup.sh deps"
	sh "$FUZZERS/fuzz.sh" "$FUZZERS" "$1" || atf_fail "a finding"
}

atf_init_test_cases()
{
	read -r targets <"$(atf_get_srcdir)/targets"
	for t in $targets; do
		atf_test_case "$t"
		eval "${t}_head() { atf_set timeout $(timeout); }"
		eval "${t}_body() { fuzz $t; }"
		atf_add_test_case "$t"
	done
}
