#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Acts that a process of the daemon could try on the system after it was taken
# over; acts.c tries each of them in the place of each process.

# shellcheck shell=sh disable=SC3043,SC2086,SC2154

. "$(atf_get_srcdir)/lib.sh"

cleanup_more()
{
	[ -z "${RUNDIR-}" ] || rm -rf "$RUNDIR"/acts.*
}

case_one acts "forbidden acts are refused to all processes"
acts()
{
	local status=0

	need unshare
	need_tool acts
	getent passwd "$SMCROUTE_USER" >/dev/null ||
		atf_skip "no user $SMCROUTE_USER"
	topology 1
	scratch
	# as systemd sets it: every user may ping
	in_router sysctl -q net.ipv4.ping_group_range="0 2147483647"
	in_router $LIMIT unshare -m "$TOOLS/acts" "$W" >table 2>err ||
		status=$?
	[ $status -ne 69 ] || atf_skip "$(cat err)"
	cat table
	[ -z "${REPORTS-}" ] || cp table "$REPORTS/acts"
	[ ! -s err ] || fail "$(cat err)"
	[ $status -eq 0 ] || fail "$(tail -n 1 table):
$(grep -e ' DONE' -e '!' table)"
	# The table must be complete.
	[ "$(grep -c killed table)" -ge 50 ] || fail "few were refused"
}
