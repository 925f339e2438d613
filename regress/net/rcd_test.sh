#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# FreeBSD's rc.d script, run by service(8) in a jail, and as /etc/rc runs it.

# Words of options are to be split; variables of lib.sh.
# shellcheck shell=sh disable=SC3043,SC2046,SC2086,SC2154,SC2034

. "$(atf_get_srcdir)/lib.sh"

# box.sh copies the files to tree/etc.
SERVICES=${SERVICES:-$SRCDIR/../tree/etc}
RCD=/usr/local/etc/rc.d
RCCONF=/usr/local/etc/rc.conf.d

# A router with the script, which is enabled, and a configuration.  The files
# are where service(8) and the daemon look for them, so one case runs at a time.
_machine()
{
	local d f

	[ "$(uname -s)" = FreeBSD ] ||
	    atf_skip "only FreeBSD has its service(8) and rc.subr(8)"
	need service
	if [ ! -d "$SYSCONFDIR" ] || [ ! -d "$RUNDIR" ]; then
		atf_skip "SYSCONFDIR and RUNDIR are not set"
	fi
	for f in "$RCD"/smcrouted* "$RCCONF"/smcrouted* /etc/rc.d/smcrouted*
	do
		[ ! -e "$f" ] || atf_skip "smcrouted is installed: $f"
	done
	topology 2
	for d in /usr/local /usr/local/etc "$RCD" "$RCCONF"; do
		[ -d "$d" ] || { mkdir "$d" && echo "$d" >>folders; } ||
		    atf_fail "cannot make $d"
	done
	{
		for d in "" _lan; do
			echo "$RCD/smcrouted$d" "$RCCONF/smcrouted$d"
		done
		for d in smcroute lan; do
			echo "$SYSCONFDIR/$d.conf"
		done
	} >files
	sed -e "s|@BINDIR@|$(dirname "$SMCROUTED")|g" \
	    -e "s|@SYSCONFDIR@|$SYSCONFDIR|g" -e "s|@RUNDIR@|$RUNDIR|g" \
	    "$SERVICES/smcrouted.FreeBSD" >"$RCD/smcrouted" ||
	    atf_fail "no script"
	chmod 555 "$RCD/smcrouted"
	_names d smcroute
	_enable smcrouted
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
}

# After a case that has begun.  The folders are empty then.
cleanup_more()
{
	[ -s files ] || return 0
	rm -f $(cat files) "$RUNDIR/smcroute."* "$RUNDIR/lan."*
	[ ! -s folders ] || sed '1!G;h;$!d' folders | while read -r d; do
		rmdir "$d"
	done
}

# The daemon D has the identity NAME.
_names() # D NAME
{
	ln -s "$RUNDIR/$2.pid" "$1.pid"
	ln -s "$RUNDIR/$2.sock" "$1.sock"
	ln -s "$SYSCONFDIR/$2.conf" "$1.conf"
}

_enable() # SERVICE [FLAGS]
{
	printf '%s_enable=YES\n%s_flags="%s"\n' "$1" "$1" "${2-}" \
	    >"$RCCONF/$1"
}

# A second router, with the identity lan.
_lan()
{
	R=${NS}l
	ns_make "$R" router || atf_fail "cannot make a jail"
	ln -s smcrouted "$RCD/smcrouted_lan"
	_names lan lan
	_enable smcrouted_lan
	D=lan
	: | conf
}

_main()
{
	R=${NS}r
	D=d
}

# Runs a command in the router.  It must end with this status, and print a line
# that matches REGEX, if that is not empty.
_says() # STATUS REGEX COMMAND ...
{
	local status=0 want="$1" regex="$2"

	shift 2
	in_router $LIMIT "$@" >out 2>&1 </dev/null || status=$?
	[ $status -eq $want ] ||
	    fail "$*: status $status, not $want: $(cat out)"
	[ -z "$regex" ] || grep -Eq -- "$regex" out ||
	    fail "$*: no '$regex': $(cat out)"
}

# As /etc/rc and /etc/rc.shutdown run a script.
_rc_says() # STATUS REGEX RC SERVICE VERB
{
	# shellcheck disable=SC2016	# for the inner shell
	_says "$1" "$2" sh -c '
		[ "$0" != /etc/rc ] || autoboot=yes
		. /etc/rc.subr
		load_rc_config
		run_rc_script "$1" "$2"' "$3" "$RCD/$4" "$5"
}

# The daemon must be there and ready: nothing here waits.
_runs() # [OPTION ...]
{
	local pid args

	pid=$(cat "$D.pid") || fail "no pid file"
	eval "pid_$D=\$pid"
	daemon_alive
	args=" $(ps -wwo args= -p "$pid") "
	for o; do
		case $args in
		*" $o "*) ;;
		*)	fail "not on the command line: $o: $args" ;;
		esac
	done
	ctl_status 0 show
}

_nothing_runs()
{
	gone "$(daemon_pid)" || fail "it is still there"
	_no_files
}

_no_files()
{
	local f

	for f in "$(readlink "$D.pid")"* "$(readlink "$D.sock")"*; do
		[ ! -e "$f" ] || fail "still there: $f"
	done
}

case_one starts "start returns when the daemon is ready; status is right"
starts()
{
	_machine
	_says 1 'smcrouted is not running' service smcrouted status
	_says 0 'Starting smcrouted' service smcrouted start
	_runs
	expect_mfc $S1 $G1 r0 r1
	_says 0 "smcrouted is running as pid $pid_d\\." service smcrouted status
	# It runs already.
	_says 1 "already running.*$pid_d" service smcrouted start
	daemon_alive
	[ "$(cat d.pid)" = "$pid_d" ] || fail "another pid"
	expect_stream r0 $S1 $G1 r1
	# Killed, it leaves a pid file.
	kill -9 "$pid_d"
	must_come gone "$pid_d"
	_says 1 'smcrouted is not running' service smcrouted status
	_says 0 'Starting smcrouted' service smcrouted start
	_runs
	expect_mfc $S1 $G1 r0 r1
}

case_one output "start lets go of its output"
output()
{
	_machine
	# cat ends when no process has the pipe any more.
	in_router $LIMIT service smcrouted start 2>&1 </dev/null |
	    $LIMIT cat >out || fail "the output is still open: $(cat out)"
	_runs
}

case_one stops "stop returns when the daemon and its files are gone"
stops()
{
	local stop status=0

	_machine
	_says 1 'not running' service smcrouted stop
	_says 0 Starting service smcrouted start
	_runs
	# A daemon that does not end for some time.
	kill -STOP "$pid_d"
	in_router $LIMIT service smcrouted stop >out 2>&1 </dev/null &
	stop=$!
	note_pid $stop
	must_come grep -q "Waiting for PIDS: $pid_d" out
	kill -CONT "$pid_d"
	wait $stop || status=$?
	[ $status -eq 0 ] || fail "stop: status $status: $(cat out)"
	_nothing_runs
	_says 1 'smcrouted is not running' service smcrouted status
	_says 1 'not running' service smcrouted stop
	_says 0 Starting service smcrouted start
	_runs
	_says 0 'Stopping smcrouted' service smcrouted stop
	_nothing_runs
}

case_one reloads "reload returns when the configuration is in force"
reloads()
{
	_machine
	_says 1 'no daemon|not running' service smcrouted reload
	_says 0 Starting service smcrouted start
	_runs
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	_says 0 '' service smcrouted reload
	expect_mfc $S1 $G3 r0 r1
	expect_no_mfc $S1 $G1
	daemon_alive
	echo nonsense | conf
	_says 1 'smcroute.conf:1' service smcrouted reload
	daemon_alive
	expect_mfc $S1 $G3 r0 r1
}

case_one restarts "restart: another daemon, with the files as they are now"
restarts()
{
	local before

	_machine
	_says 0 Starting service smcrouted start
	_runs
	before=$pid_d
	_enable smcrouted "-c 7"
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	_says 0 Starting service smcrouted restart
	gone "$before" || fail "the old one is still there"
	_runs "-c 7"
	[ "$pid_d" != "$before" ] || fail "the same pid"
	expect_mfc $S1 $G3 r0 r1
	expect_no_mfc $S1 $G1
}

case_one flags "smcrouted_flags reach the daemon"
flags()
{
	_machine
	_enable smcrouted "-l info -c 7"
	_says 0 Starting service smcrouted start
	_runs "-l info" "-c 7"
	# The reason why it cannot start is printed.
	_says 0 Stopping service smcrouted stop
	_enable smcrouted "-p no_such_user"
	_says 1 no_such_user service smcrouted start
	_no_files
}

case_one no_conf "without a configuration file it does not start"
no_conf()
{
	_machine
	rm "$SYSCONFDIR/smcroute.conf"
	_says 1 "$SYSCONFDIR/smcroute.conf is not readable" \
	    service smcrouted start
	_no_files
	_says 1 'is not running' service smcrouted status
}

case_one bad_conf "lines in error are told, and the other ones are in force"
bad_conf()
{
	_machine
	conf <<-EOF
		nonsense
		mroute from r0 source $S1 group $G1 to r1
	EOF
	_says 0 'smcroute.conf:1:' service smcrouted start
	_runs
	expect_mfc $S1 $G1 r0 r1
}

case_one identity "smcrouted_lan runs beside smcrouted, with its own files"
identity()
{
	_machine
	_lan
	_enable smcrouted_lan "-c 8"
	_main
	_says 0 'Starting smcrouted\.' service smcrouted start
	_runs
	_lan_start
	# Each answers on its own socket, with its own configuration.
	_main
	expect_mfc $S1 $G1 r0 r1
	ctl_shows "$G1" show routes
	D=lan
	ctl_hides "$G1" show routes
	_lan_reload
	_main
	ctl_hides "$G2" show routes
	# The end of one leaves the other.
	D=lan
	R=${NS}l
	_says 0 'Stopping smcrouted_lan' service smcrouted_lan stop
	_nothing_runs
	_says 1 'smcrouted_lan is not running' service smcrouted_lan status
	_main
	_runs
	_says 0 "running as pid $pid_d\\." service smcrouted status
	_lan_start
	_main
	_says 0 'Stopping smcrouted\.' service smcrouted stop
	_nothing_runs
	D=lan
	_runs
}

_lan_start()
{
	D=lan
	R=${NS}l
	_says 0 'Starting smcrouted_lan' service smcrouted_lan start
	_runs "-i lan" "-c 8"
	_says 0 "smcrouted_lan is running as pid $pid_lan\\." \
	    service smcrouted_lan status
	[ "$pid_lan" != "$pid_d" ] || fail "the same process"
}

_lan_reload()
{
	conf <<-EOF
		mroute from r0 source $S1 group $G2 to r1
	EOF
	_says 0 '' service smcrouted_lan reload
	ctl_shows "$G2" show routes
}

case_one one "not enabled, it starts by onestart only"
one()
{
	_machine
	rm "$RCCONF/smcrouted"
	_says 0 'smcrouted_enable to YES' service smcrouted start
	_no_files
	_says 0 Starting service smcrouted onestart
	_runs
	_says 0 "running as pid $pid_d\\." service smcrouted onestatus
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	_says 0 '' service smcrouted onereload
	expect_mfc $S1 $G3 r0 r1
	_says 0 Stopping service smcrouted onestop
	_nothing_runs
}

case_one boot "it starts at boot and stops at shutdown, as what it is called"
boot()
{
	_machine
	_lan
	_main
	_rc_says 0 '' /etc/rc smcrouted faststart
	_runs
	expect_mfc $S1 $G1 r0 r1
	R=${NS}l
	D=lan
	_rc_says 0 '' /etc/rc smcrouted_lan faststart
	_runs "-i lan"
	_rc_says 0 '' /etc/rc.shutdown smcrouted_lan faststop
	_nothing_runs
	_main
	daemon_alive
	_rc_says 0 '' /etc/rc.shutdown smcrouted faststop
	_nothing_runs
	rm "$RCCONF/smcrouted"
	_rc_says 0 '' /etc/rc smcrouted faststart
	_no_files
}

case_one order "it starts after the network and syslogd, and is stopped"
order()
{
	_machine
	ln -s smcrouted "$RCD/smcrouted_lan"
	rcorder /etc/rc.d/* "$RCD"/* 2>/dev/null >order
	rcorder -k shutdown /etc/rc.d/* "$RCD"/* 2>/dev/null >stopped
	for f in smcrouted smcrouted_lan; do
		awk -v "ours=$RCD/$f" '
			$1 == "/etc/rc.d/NETWORKING" { network = NR }
			$1 == "/etc/rc.d/syslogd" { syslogd = NR }
			$1 == ours { n++; at = NR }
			END {
				exit !(n == 1 && network > 0 && syslogd > 0 &&
				    at > network && at > syslogd)
			}' order || fail "$f is not in its place: $(cat order)"
		grep -qx "$RCD/$f" stopped || fail "$f is not stopped"
	done
}

case_one list "service -e lists what is enabled, service -R restarts it"
list()
{
	local before

	_machine
	ln -s smcrouted "$RCD/smcrouted_lan"
	_listed "$RCD/smcrouted"
	_enable smcrouted_lan
	_listed "$RCD/smcrouted" "$RCD/smcrouted_lan"
	rm "$RCCONF/smcrouted"
	_listed "$RCD/smcrouted_lan"
	# It would restart others' services.
	for f in "$RCD"/*; do
		case $f in
		"$RCD"/smcrouted*) ;;
		*)	atf_skip "service -R: other services are here" ;;
		esac
	done
	_enable smcrouted
	rm "$RCCONF/smcrouted_lan"
	_says 0 Starting service smcrouted start
	_runs
	before=$pid_d
	_says 0 'Starting smcrouted\.' service -R
	_runs
	[ "$pid_d" != "$before" ] || fail "it was not restarted"
	! grep smcrouted_lan out || fail "smcrouted_lan is not enabled"
}

_listed() # FILE ...
{
	_says 0 '' service -e
	[ "$(grep smcrouted out | sort)" = "$(printf '%s\n' "$@" | sort)" ] ||
	    fail "enabled: $(cat out)"
}

case_one module "the module is loaded where the kernel needs it"
module()
{
	_machine
	# The kernel of these tests has multicast routing.
	rm -f loaded
	mkdir bin
	for f in kldstat kldload; do
		cat >bin/$f <<-EOF
			#!/bin/sh
			echo "$f \$*" >>$W/asked
			[ -e $W/loaded ]
		EOF
		chmod 755 bin/$f
	done
	_says 1 'Unable to load kernel module ip_mroute' \
	    env PATH="$W/bin:$PATH" "$RCD/smcrouted" start
	_no_files
	grep -qx 'kldload ip_mroute' asked || fail "asked: $(cat asked)"
	# It is there already.
	: >loaded
	: >asked
	_says 0 Starting env PATH="$W/bin:$PATH" "$RCD/smcrouted" start
	_runs
	! grep kldload asked || fail "loaded once more"
}
