#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The reader, which opens the files of the configuration: that its death, in the
# middle of a load, too, costs nothing, and what it may do.

# shellcheck shell=sh disable=SC3043,SC2086,SC2154

. "$(atf_get_srcdir)/lib.sh"

FILES=300

# Starts with one route.  The next load has FILES more, each in a file of its
# own.  The engine is stopped, so the reader comes to a point where it waits.
_load_begins()
{
	local i

	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	mkdir d
	for i in $(seq $FILES); do
		echo "mroute from r0 source $S2 group 225.7.$((i / 200)).$((i %
		    200)) to r1" >d/$i.conf
	done
	echo "include d/*.conf" >>"$D.conf"
	kill_role engine STOP
	engine=$victim
	note_pid "$engine"
	kill -HUP "$(daemon_pid)"
	must_come _reads
	reader=$(role reader)
}

_reads()
{
	[ -n "$(role reader)" ] && [ "$(role reader)" != "$(nursery reader)" ]
}

_all_there()
{
	[ "$(mfc | grep -c ' 225\.7\.')" -eq $FILES ]
}

case_one killed "killed in the middle of a load: the load begins again"
killed()
{
	_load_begins
	count_start
	stream_start -r 1000 r0 $S1 $G1
	kill -9 "$reader"
	must_come log_has "reader $reader ended by signal 9"
	must_come _reads
	kill -CONT "$engine"
	must_come _all_there
	stream_end
	count_end r1="$sent"
	must_come not _reads
	[ "$(role engine)" = "$engine" ] || fail "the engine was replaced"
	# the next load is as ever, and the end of its reader is no news
	ctl_ok reload
	must_come not _reads
	[ "$(grep -c 'ended by' "$D.log")" -eq 1 ] || fail "$(cat "$D.log")"
}

case_one engine_killed "the engine dies in the middle: the next one has all"
engine_killed()
{
	_load_begins
	kill -9 "$engine"
	must_come _all_there
	expect_mfc $S1 $G1 r0 r1
	must_come not _reads
	ctl_ok reload
}

case_one stopped "... or is stopped: the daemon ends all the same"
stopped()
{
	_load_begins
	kill -CONT "$engine"
	kill -STOP "$reader"
	note_pid "$reader"
	ctl show >/dev/null || fail "show fails"
	kill "$(daemon_pid)"
	must_come gone "$(daemon_pid)"
	must_come gone "$reader"
}

case_one no_nursery "without its nursery the daemon ends at the next load"
no_nursery()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	kill -9 "$(nursery reader)"
	must_come log_has 'nursery of reader'
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $S1 $G2 r1
	kill -HUP "$(daemon_pid)"
	must_come gone "$(daemon_pid)"
	log_has 'no reader' || fail "$(cat "$D.log")"
}

case_one rights "the parent's user, no capabilities, a filter"
rights()
{
	local p

	_load_begins
	for p in "$reader" "$(nursery reader)"; do
		for c in CapInh CapPrm CapEff CapBnd CapAmb; do
			grep -q "^$c:	0000000000000000$" "/proc/$p/status" ||
				fail "$(grep Cap "/proc/$p/status")"
		done
		grep -q '^NoNewPrivs:	1$' "/proc/$p/status" || fail "new"
		grep -q '^Seccomp:	2$' "/proc/$p/status" || fail "no filter"
		grep -q '^Uid:	0	0	0	0$' "/proc/$p/status" || fail "uid"
	done
	kill -CONT "$engine"
	must_come _all_there
}
