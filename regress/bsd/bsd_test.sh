#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# What is for the BSDs: it compiles; where there is a BSD machine, the demo, the
# unit programs and the cases of net/ pass there; and where there is NetBSD's
# kernel as a library, the files that call the kernel work with it.

bsd=$SOURCES/regress/bsd

atf_test_case check
check_head()
{
	atf_set require.progs clang
	atf_set timeout 1200
}
check_body()
{
	sh "$bsd/check.sh" || atf_fail "a source does not compile"
}

box() # demo, unit or net
{
	[ -n "${BSDBOX-}" ] || atf_skip "no BSD machine: set BSDBOX"
	[ -f "$BSDDIR/box.tar" ] || sh "$bsd/box.sh" build "$BSDDIR" ||
	    atf_fail "it does not build"
	sh "$bsd/box.sh" "$1" "$BSDDIR" >out
	code=$?
	cat out
	echo "on the BSD machine, $1: $(tail -n 1 out)" >"$REPORTS/bsd-$1"
	[ $code -eq 0 ] || atf_fail "failed there"
}

for what in demo unit net; do
	atf_test_case "box_$what"
	eval "box_${what}_head() { atf_set timeout 36000; }"
	eval "box_${what}_body() { box $what; }"
done

atf_test_case rump
rump_head()
{
	atf_set require.progs clang
	atf_set timeout 1200
}
rump_body()
{
	[ -n "${RUMP-}" ] || atf_skip "no NetBSD kernel: set RUMP"
	sh "$bsd/rump.sh" "$RUMP" . >out
	code=$?
	cat out
	echo "on NetBSD's kernel: $(tail -n 1 out)" >"$REPORTS/bsd-rump"
	[ $code -eq 0 ] || atf_fail "failed there"
}

atf_init_test_cases()
{
	atf_add_test_case check
	atf_add_test_case box_demo
	atf_add_test_case box_unit
	atf_add_test_case box_net
	atf_add_test_case rump
}
