#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Taking over by -x: several daemons at once, one that is not ready yet, one in
# another network namespace, one with other families, a stranger's socket.

# shellcheck disable=SC2046,SC2086	# words of options are to be split

. "$(atf_get_srcdir)/lib.sh"

# A daemon with the files of $D and a log of its own; its number is in rivals.
_rival() # LOG [OPTION ...]
{
	local log="$1"

	shift
	$(ns_command "$R") "$SMCROUTED" -n $(daemon_args) "$@" \
	    </dev/null >"$log" 2>&1 &
	note_pid $!
	rivals="$rivals $!"
}

# One of the rivals is left, and its number is in the pid file.
_one_left()
{
	local pid n=0

	for pid in $rivals; do
		gone $pid || { n=$((n + 1)); pid_d=$pid; }
	done
	[ $n -le 1 ] || return 1
	[ $n -eq 1 ] || fail "no daemon is left: $(cat rival*.log)"
	[ "$(cat $D.pid)" = "$pid_d" ]
} 2>/dev/null

_second_over()
{
	gone $second || [ "$(cat $D.pid)" != $first ]
} 2>/dev/null

# One rival must be left and do the work.  The others must have ended: with 69, or
# with 0 after another one took over.
_only_one_left()
{
	local pid status i=0

	wait_for _one_left || fail "not one daemon: $(cat rival*.log)"
	for pid in $rivals; do
		i=$((i + 1))
		[ $pid != $pid_d ] || continue
		status=0
		wait $pid || status=$?
		[ $status -eq 69 ] || { [ $status -eq 0 ] && [ $pid = $first ]; } ||
		    { [ $status -eq 0 ] && cat rival*.log | grep -q 'work now'; } ||
			fail "$pid ended with $status: $(cat rival*.log)"
	done
	rivals=$pid_d
	must_come ctl show >/dev/null
	expect_mfc $S1 $G1 r0 r1
	[ -S $D.sock ] && [ -S $D.sock.next ] || fail "left: $(ls)"
}

_conf()
{
	topology 2
	{
		echo "mroute from r0 source $S1 group $G1 to r1"
		awk -v n="${1-0}" 'BEGIN {
			for (i = 0; i < n; i++)
				printf "mroute from r0 source 10.2.%d.%d " \
				    "group 225.1.1.1 to r1\n", i / 250, \
				    i % 250 + 1
		}' </dev/null
	} | conf
}

# Lets up to MAX milliseconds pass, in each round another number, so that the
# daemons meet at different points of their start.
_moment() # ROUND MAX
{
	sleep "0.$(printf %03d $(($1 * 7 % $2)))"
}

case_one at_once "three times -x at once: one is left, the others take nothing"
at_once()
{
	local i=0

	_conf 500
	start
	rivals=$pid_d
	while [ $i -lt 25 ]; do
		first=$pid_d
		_rival rival1.log -x
		_moment $i 5
		_rival rival2.log -x
		_rival rival3.log -x
		_only_one_left
		gone $first || fail "nobody has taken over: $(cat rival*.log)"
		i=$((i + 1))
	done
	stop
	[ ! -e $D.sock ] && [ ! -e $D.pid ] && [ ! -e $D.sock.next ] ||
		fail "left: $(ls)"
}

case_one beside_start "-x some milliseconds after a plain start: one is left"
beside_start()
{
	local i=0

	_conf
	while [ $i -lt 24 ]; do
		rivals=
		_rival rival1.log
		first=$rivals
		# as soon as it can be asked, or after any time
		if [ $((i % 2)) -eq 0 ]; then
			until [ -S $D.sock.next ] || gone $first; do
				:
			done
		else
			_moment $i 40
		fi
		_rival rival2.log -x
		_only_one_left
		stop
		i=$((i + 1))
	done
}

case_one second "a daemon that asks while another takes over is refused"
second()
{
	local second status i=0

	_conf 20000
	start
	first=$pid_d
	rivals=$first
	_rival rival1.log -x
	must_come log_has 'handing over'
	while [ $i -lt 5 ]; do
		status=0
		_rival rival2.log -x
		second=${rivals##* }
		must_come _second_over
		if [ "$(cat $D.pid)" != $first ]; then
			break # it came too late to be the second
		fi
		rivals=${rivals% *}
		wait $second || status=$?
		[ $status -eq 69 ] || fail "status $status: $(cat rival2.log)"
		grep -q "another daemon takes over" rival2.log ||
			fail "not why: $(cat rival2.log)"
		i=$((i + 1))
	done
	[ $i -gt 0 ] || fail "it was too fast to be asked"
	_only_one_left
	must_come gone $first
}

# A daemon there has other interfaces: if it took over, the routing would end.
case_one namespace "-x from another network namespace takes nothing"
namespace()
{
	local status=0

	_conf
	start
	ns_exec "$H" $LIMIT "$SMCROUTED" -n -x $(daemon_args) </dev/null \
	    >other.log 2>&1 || status=$?
	[ $status -eq 69 ] || fail "status $status: $(cat other.log)"
	grep -q 'another network namespace' other.log ||
		fail "not why: $(cat other.log)"
	daemon_alive
	log_has 'another network namespace' || fail "not a word: $(cat $D.log)"
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $S2 $G1 r1
	# without -x the error tells what to do
	status=0
	ns_exec "$H" $LIMIT "$SMCROUTED" -n $(daemon_args) </dev/null \
	    >other.log 2>&1 || status=$?
	[ $status -eq 69 ] || fail "status $status: $(cat other.log)"
	grep -q "^smcrouted: $W/$D.sock: another daemon .*-i NAME" other.log ||
		fail "not the socket that users know: $(cat other.log)"
	daemon_alive
	# the first daemon still serves
	expect_stream r0 $S1 $G1 r1
	_rival rival1.log -x
	rivals="$pid_d $rivals"
	first=$pid_d
	_only_one_left
	gone $first || fail "nobody has taken over"
}

# The slots that are taken over are slots of one family.
case_one families "a daemon with a family that the one before lacked has it work"
families()
{
	local lacking

	topology 2
	for FAM in 4 6; do
		family $FAM
		echo "mroute from r0 source $S1 group $G1 to r1"
		echo "mroute from r0 group $G2 to r1"
	done | conf
	for lacking in 6 4; do
		start_without v$lacking
		family $((10 - lacking))
		expect_stream r0 $S1 $G1 r1
		first=$pid_d
		launch -x
		must_come gone $first
		for FAM in 4 6; do
			family $FAM
			wait_mfc $S1 $G1 r0 r1
			expect_stream r0 $S1 $G1 r1
			expect_learned r0 $S2 $G2 r1
		done
		stop
	done
}

case_one stranger "a stranger's socket is not one to take over from"
stranger()
{
	need python3
	topology 2
	scratch
	chmod 777 "$W"
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	python3 - "$W/$D.sock.next" "$(id -u nobody)" <<-'EOP' &
		import os, socket, sys
		os.setgroups([])
		os.setuid(int(sys.argv[2]))
		s = socket.socket(socket.AF_UNIX)
		s.bind(sys.argv[1])
		s.listen()
		while True:
		    s.accept()
	EOP
	note_pid $!
	must_come test -S "$W/$D.sock.next"
	launch -x
	must_come log_has 'nothing to take over'
	log_has 'nothing to take over: .*next.*(root|nobody)' ||
		fail "not why: $(cat $D.log)"
	! log_has 'Success|No error' || fail "$(cat $D.log)"
}
