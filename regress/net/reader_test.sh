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

case_one renamed "another file gets the name in the middle: the old one is in force"
renamed()
{
	_load_begins
	echo "mroute from r0 source $S3 group $G3 to r1" >new
	mv new "$D.conf"
	kill -CONT "$engine"
	must_come _all_there
	must_come not _reads
	expect_mfc $S1 $G1 r0 r1
	expect_no_mfc $S3 $G3
	ctl_ok reload
	expect_mfc $S3 $G3 r0 r1
	expect_no_route $S1 $G1
}

case_one alternating "two files take turns: each load is of one, with its include"
alternating()
{
	local i writer one=0 two=0

	topology 2
	for i in 1 2; do
		echo "mroute from r0 source $S1 group 225.6.6.$i to r1" >$i.inc
		echo "mroute from r0 source $S2 group 225.6.6.$i to r1" >$i.conf
		echo "include $i.inc" >>$i.conf
	done
	cp 1.conf "$D.conf"
	start
	while cp 2.conf new && mv new "$D.conf" && cp 1.conf new; do
		mv new "$D.conf"
	done &
	writer=$!
	note_pid $writer
	while [ $one -lt 10 ] || [ $two -lt 10 ]; do
		ctl_ok reload
		case "$(mfc | grep ' r1$' | sort | cut -d' ' -f1-2 | tr '\n' ' ')" in
		"$S1 225.6.6.1 $S2 225.6.6.1 ") one=$((one + 1)) ;;
		"$S1 225.6.6.2 $S2 225.6.6.2 ") two=$((two + 1)) ;;
		*)	fail "of both: $(mfc)" ;;
		esac
	done
	kill $writer
}

# The engine has not read the file yet, or the reader has not.
case_one rewritten "the file is written to in the middle: the load fails"
rewritten()
{
	_load_begins
	cp "$D.conf" old
	echo "mroute from r0 source $S3 group $G3 to r1" | conf
	kill -CONT "$engine"
	must_come log_has "$D.conf: changed while it was read"
	_as_before
	conf <old
	kill -STOP "$engine"
	kill -HUP "$(daemon_pid)"
	must_come _reads
	reader=$(role reader)
	kill -STOP "$reader"
	note_pid "$reader"
	kill -CONT "$engine"
	ctl show >/dev/null || fail "show fails"
	echo "mroute from r0 source $S3 group $G3 to r1" | conf
	kill -CONT "$reader"
	must_come log_has "$D.conf:[0-9]+:1: .*changed while it was read"
	_as_before
	ctl_ok reload
	expect_mfc $S3 $G3 r0 r1
	expect_no_route $S1 $G1
}

# Nothing of the load has come into force.
_as_before()
{
	must_come not _reads
	ctl show >/dev/null || fail "show fails"
	has_entries 1 || fail "$(mfc)"
	expect_mfc $S1 $G1 r0 r1
}

case_one stopped "SIGTERM in the middle: the daemon does not wait for the reader"
stopped()
{
	_load_begins
	kill -STOP "$reader" || fail "it has read all"
	note_pid "$reader"
	kill -CONT "$engine"
	ctl show >/dev/null || fail "show fails"
	stop
	for f in $D.sock $D.sock.next $D.pid; do
		[ ! -e $f ] || fail "$f is left"
	done
	must_come gone "$reader"
}

# Before the start goes on, the nursery reads the files itself, to learn where
# they are.  Here each of its reads takes ten minutes.
case_one start_stopped "... nor does a start that reads slowly"
start_stopped()
{
	need strace
	topology 1
	echo "# nothing" | conf
	cat >wrapper <<-EOF
		#!/bin/sh
		exec strace -D -qq -f -o /dev/null -P "$W/$D.conf" \
		    -e inject=pread64:delay_enter=600000000 \
		    "$SMCROUTED" "\$@"
	EOF
	chmod 755 wrapper
	SMCROUTED=$W/wrapper launch
	must_come _is_reading
	stop
	_is_reading || fail "it has read the file"
	for f in $D.sock $D.sock.next $D.pid $D.pid.new; do
		[ ! -e $f ] || fail "$f is left"
	done
}

# The reader's nursery has the file open.
_is_reading()
{
	reader=${reader:-$(role reader)}
	[ -n "$reader" ] || return 1
	for f in "/proc/$reader/fd"/*; do
		[ "$(readlink "$f")" != "$W/$D.conf" ] || return 0
	done
	return 1
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

	need_linux "/proc"
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
