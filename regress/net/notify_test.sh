#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The messages of the daemon to its service manager, and the delayed start (-d).

. "$(atf_get_srcdir)/lib.sh"

# The manager runs in the router, because abstract addresses belong to a network
# namespace.
_manager() # ADDRESS
{
	need python3
	rm -f told
	$(ns_command "$R") python3 "$SRCDIR/manager.py" "$1" told &
	note_pid $!
	must_come test -s told
	NOTIFY_SOCKET=$1
	export NOTIFY_SOCKET
}

told() # LINE
{
	grep -qxE -- "$1" told
}

# The manager must get exactly these lines, in this order, not counting STATUS.
_told_all() # REGEX ...
{
	local line

	grep -Ev '^(--|STATUS=.*|FD.*)$' told >lines
	while read -r line; do
		[ $# -gt 0 ] && echo "$line" | grep -qxE -- "$1" || return 1
		shift
	done <lines
	[ $# -eq 0 ]
}

expect_told() # REGEX ...
{
	wait_for _told_all "$@" || fail "told:
$(cat told)
and not: $*"
}

case_one life "READY when it answers, RELOADING and READY, STOPPING"
life()
{
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	_manager "$W/manager"
	start
	expect_told READY=1 "MAINPID=$(daemon_pid)"
	before=$(_usec)
	hup
	expect_told READY=1 MAINPID=.* RELOADING=1 'MONOTONIC_USEC=[0-9]+' \
	    READY=1
	# with the time in the same message
	at=$(sed -n '/^RELOADING=1$/{ n; s/^MONOTONIC_USEC=//p; }' told)
	[ "${at:-0}" -ge "$before" ] && [ "$at" -le "$(_usec)" ] ||
		fail "from $before on: $(cat told)"
	# a reload that fails ends with READY, too
	echo nonsense | conf
	ctl_fails 1 nonsense reload
	expect_told READY=1 MAINPID=.* \
	    RELOADING=1 'MONOTONIC_USEC=[0-9]+' READY=1 \
	    RELOADING=1 'MONOTONIC_USEC=[0-9]+' READY=1
	stop
	expect_told READY=1 MAINPID=.* \
	    RELOADING=1 'MONOTONIC_USEC=[0-9]+' READY=1 \
	    RELOADING=1 'MONOTONIC_USEC=[0-9]+' READY=1 STOPPING=1
}

_usec()
{
	python3 -c 'import time; print(time.monotonic_ns() // 1000)'
}

case_one not_ready "nothing is said by a daemon that does not come up"
not_ready()
{
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	start		# another daemon, which has the sockets
	_manager "$W/manager"
	D=e
	conf </dev/null
	launch
	ended 69
	! told READY=1 || fail "ready: $(cat told)"
	D=d
}

case_one status "STATUS says how much there is"
status()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1 r2
		mgroup from r0 group $G2
		nonsense
	EOF
	_manager "$W/manager"
	start
	_status 3 2 0 1 1
	expect_learned r0 $S2 $G2 r1 r2
	_status 3 2 1 1 1
	ctl_ok add r1 $S1 $G3 r2
	ctl_ok leave r0 $G2
	_status 3 3 1 0 1
	ctl_ok flush
	_status 3 3 0 0 1
	unplug r2
	_status 2 3 0 0 1
}

_status() # INTERFACES ROUTES FLOWS GROUPS ERRORS
{
	_is="STATUS=$1 interfaces, $2 routes, $3 flows, $4 groups, $5 errors"
	wait_for told "$_is" || fail "no '$_is' in
$(cat told)"
}

case_one watchdog "WATCHDOG when it is asked for, and only then"
watchdog()
{
	topology 0
	conf </dev/null
	_manager "$W/manager"
	WATCHDOG_USEC=100000 start
	must_come told WATCHDOG=1
	_often() { [ "$(grep -c WATCHDOG=1 told)" -ge 5 ]; }
	must_come _often
	stop
	# a watchdog that is meant for another process
	_manager "$W/manager2"
	WATCHDOG_USEC=2000 WATCHDOG_PID=1 start -D 1
	ended
	must_come told STOPPING=1
	! told WATCHDOG=1 || fail "it barks for another"
}

case_one watchdog_engine "... and only while the engine answers"
watchdog_engine()
{
	local n

	topology 0
	conf </dev/null
	_manager "$W/manager"
	WATCHDOG_USEC=100000 start -l debug
	must_come told WATCHDOG=1
	kill -STOP "$(role engine)"
	must_come grep -q 'engine: no answer' "$D.log"
	n=$(grep -c WATCHDOG=1 told)
	must_come grep -q 'engine does not answer' "$D.log"
	[ "$(grep -c WATCHDOG=1 told)" -le $((n + 1)) ] ||
	    fail "$(grep -c WATCHDOG=1 told) barks, not $n"
	_again() { [ "$(grep -c WATCHDOG=1 told)" -gt $((n + 5)) ]; }
	must_come _again	# with the next engine
}

case_one abstract "a manager whose address is in no file system"
abstract()
{
	topology 0
	conf </dev/null
	_manager "@smcr$$"
	start
	expect_told READY=1 MAINPID=.*
	stop
	expect_told READY=1 MAINPID=.* STOPPING=1
}

case_one background "in the background the main process is named"
background()
{
	topology 0
	conf </dev/null
	_manager "$W/manager"
	# shellcheck disable=SC2046
	$LIMIT $(ns_command "$R") "$SMCROUTED" $(daemon_args) </dev/null \
	    >>"$D.log" 2>&1 || fail "it did not start"
	pid_d=$(cat $D.pid)
	note_pid "$pid_d"
	expect_told READY=1 "MAINPID=$pid_d"
}

case_one no_manager "a manager that is not there is no reason not to run"
no_manager()
{
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	for s in "$W/nobody" relative "/$(printf %200s | tr ' ' x)" @nobody; do
		NOTIFY_SOCKET=$s start
		log_has 'NOTIFY_SOCKET' || fail "not a word of it"
		expect_mfc $S1 $G1 r0 r1
		hup
		stop
		: >"$D.log"
	done
}

case_one delay "-d: no configuration, pid file, readiness before"
delay()
{
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	_manager "$W/manager"
	launch -d 3600
	must_come test -S $D.sock	# it is there, but does nothing yet
	_is_open() { [ -n "$(nursery engine)" ]; }
	must_come _is_open
	[ "$(mfc_count)" -eq 0 ] || fail "routes: $(mfc)"
	kill -HUP "$(daemon_pid)"	# nothing to reload
	stop
	[ ! -e $D.pid ] || fail "a pid file"
	! told READY=1 || fail "ready: $(cat told)"
	: >told
	launch -d 1
	# smcroutectl waits, too
	ctl_shows "$G1" show routes
	expect_mfc $S1 $G1 r0 r1
	must_come test -s $D.pid
	must_come told READY=1
}

case_one delay_background "-d: the shell waits for the daemon"
delay_background()
{
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	# shellcheck disable=SC2046
	$LIMIT $(ns_command "$R") "$SMCROUTED" $(daemon_args) -d 1 </dev/null \
	    >>"$D.log" 2>&1 || fail "it did not start"
	pid_d=$(cat $D.pid)
	note_pid "$pid_d"
	expect_mfc $S1 $G1 r0 r1
}
