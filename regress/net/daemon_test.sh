#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The daemon as a process: options, exit codes, signals, files.

. "$(atf_get_srcdir)/lib.sh"

# Runs the daemon in the router until it ends.  Its output is in the files out
# and err.
run() # STATUS [OPTION ...]
{
	local want="$1" status=0

	shift
	in_router $LIMIT "$SMCROUTED" "$@" >out 2>err </dev/null || status=$?
	[ $status -eq "$want" ] || fail \
	    "smcrouted $*: status $status, not $want: $(cat out err)"
}

# Notes the daemon that $D.pid names, so that the cleanup ends it.
adopt()
{
	[ -s "$D.pid" ] || fail "no pid file when the shell goes on"
	eval "pid_$D=\$(cat $D.pid)"
	note_pid "$(daemon_pid)"
}

case_one help "-h and -v"
help()
{
	topology 0
	run 0 -h
	grep -q -- '-i NAME' out err || fail "help has no -i NAME"
	run 0 -v
	grep -Eq '^smcrouted [0-9]' out || fail "no version: $(cat out)"
	# how it was built
	for o in "$SYSCONFDIR" "$RUNDIR" "$SMCROUTE_USER"; do
		grep -Fqw -- "$o" out || fail "-v has no $o: $(cat out)"
	done
}

case_one usage "exit 64: the command line is not understood"
usage()
{
	topology 0
	run 64 -Z
	[ -s err ] || fail "not a word"
	run 64 -f
	run 64 -c
	run 64 -n -c abc
	run 64 -n -c -1
	run 64 -n -l nonsense
	run 64 -n -D x
	run 64 -n argument
	grep -q argument err || fail "not what is wrong: $(cat err)"
	run 64 -n -i ''
	run 64 -n -i a/b
	for bad in "-c -5" "-d x" "-d -1" "-D 0" "-m 3" "-m 181" "-t x" \
	    "-t -1" "-t 1000000000" "-l bogus"; do
		run 64 -n $bad
		grep -q -- "^smcrouted: $bad: " err ||
		    fail "$bad: not what is wrong: $(cat err)"
	done
	run 64 -n -m 3
	grep -q 'expected seconds from 4 to 180$' err ||
		fail "not what is expected: $(cat err)"
	# An empty argument, as from an unset variable of a script.
	for o in c D d e F f I i l m P p t u; do
		# shellcheck disable=SC2046
		run 64 -n $(daemon_args) -$o ''
		grep -q "^smcrouted: -$o: " err ||
			fail "-$o '': not what is wrong: $(cat err)"
	done
}

case_one no_user "exit 67: no such user or group"
no_user()
{
	topology 0
	conf </dev/null
	# shellcheck disable=SC2046
	run 67 -n $(daemon_args) -p no_such_user
	grep -q no_such_user err || fail "the user is not named: $(cat err)"
	# shellcheck disable=SC2046
	run 67 -n $(daemon_args) -p root:no_such_group
	grep -q no_such_group err || fail "the group is not named: $(cat err)"
	[ ! -e $D.sock ] || fail "it has left its socket"
}

case_one no_own_user "exit 67: the user of engine and control is missing"
no_own_user()
{
	need_linux "namespaces"
	need unshare
	topology 0
	conf </dev/null
	grep -v "^$SMCROUTE_USER:" /etc/passwd >passwd
	cat >run.sh <<-EOF
		mount --bind $W/passwd /etc/passwd || exit 1
		exec "$SMCROUTED" -n $(daemon_args)
	EOF
	local status=0
	in_router $LIMIT unshare -m sh run.sh >out 2>err </dev/null || status=$?
	[ $status -eq 67 ] || fail "status $status, not 67: $(cat err)"
	grep -q "$SMCROUTE_USER" err || fail "the user is not named: $(cat err)"
	grep -q "useradd" err || fail "no command that makes it: $(cat err)"
}

case_one second "exit 69: a second daemon takes nothing from the first"
second()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	# With files of its own.
	D=e
	conf <<-EOF
		mroute from r0 source $S1 group $G2 to r1
	EOF
	launch
	ended 69
	[ ! -e e.pid ] || fail "it has a pid file"
	[ ! -e e.sock ] || fail "it has left its socket"
	grep -q "in use by $(holder_name "$(D=d; daemon_pid)")\$" e.log ||
	    fail "not who has it: $(cat e.log)"
	# With the files of the first.
	# shellcheck disable=SC2046
	D=d run 69 -n $(D=d; daemon_args)
	# In the background the exit code is the same.
	# shellcheck disable=SC2046
	D=d run 69 $(D=d; daemon_args)
	D=d
	daemon_alive
	[ "$(cat d.pid)" = "$(daemon_pid)" ] || fail "the pid file has changed"
	expect_mfc $S1 $G1 r0 r1
	expect_no_mfc $S1 $G2
	ctl_ok add r0 $S1 $G3 r1
	expect_mfc $S1 $G3 r0 r1
	expect_stream r0 $S1 $G1 r1
	stop
	[ ! -e d.sock ] || fail "the socket is left"
}

case_one second_table "... nor does one on another table with the same socket"
second_table()
{
	topology 1
	conf </dev/null
	start
	# shellcheck disable=SC2046
	run 69 -n -t 100 $(daemon_args)
	daemon_alive
	ctl_status 0 show
}

case_one internal "exit 70: a process of it does not work"
internal()
{
	need_linux "namespaces"
	need unshare
	topology 0
	conf </dev/null
	for role in engine control; do
		cat >run.sh <<-EOF
			mount --bind /bin/false \
			    "${SMCROUTED%/sbin/*}/libexec/smcrouted/$role" || exit 1
			exec "$SMCROUTED" -n $(daemon_args)
		EOF
		local status=0
		in_router $LIMIT unshare -m sh run.sh >out 2>err </dev/null ||
		    status=$?
		[ $status -eq 70 ] || fail "$role: status $status: $(cat err)"
		grep -q "$role" err || fail "it is not named: $(cat err)"
		[ ! -e $D.sock ] || fail "the socket is left"
	done
}

case_one os_error "exit 71: the socket or the pid file cannot be made"
os_error()
{
	topology 0
	conf </dev/null
	run 71 -n -f "$W/d.conf" -u "$W/no/such/dir/sock" -P "$W/d.pid"
	grep -q no/such/dir err || fail "the file is not named: $(cat err)"
	[ ! -e d.pid ] || fail "it has left its pid file"
	run 71 -n -f "$W/d.conf" -u "$W/d.sock" -P "$W/no/such/dir/pid"
	grep -q no/such/dir err || fail "the file is not named: $(cat err)"
	[ ! -e d.sock ] || fail "it has left its socket"
}

case_one no_mroute "exit 76: a kernel without multicast routing"
no_mroute()
{
	need_tool kernel_without
	topology 0
	conf </dev/null
	local status=0
	# shellcheck disable=SC2046
	in_router $LIMIT "$TOOLS/kernel_without" v4,v6 "$SMCROUTED" -n \
	    $(daemon_args) >out 2>err </dev/null || status=$?
	[ $status -eq 76 ] || fail "status $status, not 76: $(cat err)"
	[ -s err ] || fail "not a word of why"
}

case_one no_right "exit 77: not root"
no_right()
{
	need_linux "namespaces"
	need setpriv
	topology 0
	scratch
	chmod 777 "$W"
	conf </dev/null
	local status=0
	# shellcheck disable=SC2046
	in_router $LIMIT setpriv --reuid nobody --regid nogroup --clear-groups \
	    "$SMCROUTED" -n $(daemon_args) >out 2>err </dev/null || status=$?
	[ $status -eq 77 ] || fail "status $status, not 77: $(cat err)"
	[ -s err ] || fail "not a word of why"
	[ ! -e $D.sock ] || fail "it has left its socket"
}

case_one no_caps "exit 77: root without capabilities"
no_caps()
{
	need_linux "namespaces"
	need setpriv
	topology 0
	conf </dev/null
	local status=0
	# shellcheck disable=SC2046
	in_router $LIMIT setpriv --inh-caps=-all --bounding-set=-all \
	    "$SMCROUTED" -n $(daemon_args) >out 2>err </dev/null || status=$?
	[ $status -eq 77 ] || fail "status $status, not 77: $(cat err)"
}

case_one without_v6 "a kernel without IPv6 multicast routing is used for IPv4"
without_v6()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mroute from r0 source 2001:db8::1 group ff0e::1:1 to r1
		mroute from r0 group ff0e::1:2 to r1
	EOF
	start_without v6
	log_has 'IPv6' || fail "not a word of it"
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S1 $G2 r1
	ctl_status 1 add r0 2001:db8::2 ff0e::1:1 r1
	ctl_ok add r0 $S2 $G1 r1
	expect_mfc $S2 $G1 r0 r1
	ctl_ok reload
	stop
}

case_one without_v4 "a kernel without IPv4 multicast routing is used for IPv6"
without_v4()
{
	family 6
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mroute from r0 source 10.1.1.1 group 225.1.1.1 to r1
		mroute from r0 group 225.1.1.2 to r1
	EOF
	start_without v4
	log_has 'IPv4' || fail "not a word of it"
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S1 $G2 r1
	ctl_ok add r0 $S2 $G1 r1
	expect_mfc $S2 $G1 r0 r1
	stop
}

case_both without_pim "a kernel without PIM moves flows between their oifs"
without_pim()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $GSSM to r1
		mroute from r0 group $G1 to r2 r1
		mroute from r1 group $G1 to r2 r0
	EOF
	start_without pim
	log_has 'PIM' || fail "not a word of it"
	expect_stream r0 $S1 $GSSM r1
	expect_learned r0 $S1 $G1 r1 r2
	stream_start -r 50 r1 $S1 $G1
	wait_mfc $S1 $G1 r1 r0 r2
	stream_end
	expect_stream r1 $S1 $G1 r0 r2
}

case_one background "it goes to the background when it is ready, not before"
background()
{
	local pid

	need_linux "/proc"
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	# shellcheck disable=SC2046
	run 0 $(daemon_args)
	adopt
	# Ready: no wait.
	expect_mfc $S1 $G1 r0 r1
	ctl_ok add r0 $S1 $G2 r1
	expect_mfc $S1 $G2 r0 r1
	pid=$(daemon_pid)
	alive "$pid" || fail "the pid file names no process"
	# The daemon is detached: it has a session of its own and none of our
	# descriptors.
	[ "$(_stat "$pid" 4)" != "$(_stat $$ 4)" ] || fail "still our session"
	for fd in 0 1 2; do
		[ "$(readlink "/proc/$pid/fd/$fd")" = /dev/null ] ||
		    fail "fd $fd: $(readlink "/proc/$pid/fd/$fd")"
	done
	[ "$(readlink "/proc/$pid/cwd")" = / ] || fail "keeps a directory"
	kill "$pid"
	must_come gone "$pid"
	[ ! -e $D.pid ] || fail "the pid file is left"
	[ ! -e $D.sock ] || fail "the socket is left"
}

case_one terminal "it has no terminal, and lives on when that is gone"
terminal()
{
	need python3
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	# shellcheck disable=SC2046
	in_router $LIMIT python3 -c 'import pty, sys
status = pty.spawn(sys.argv[1:])
sys.exit(status >> 8 or status & 127)' sh -c 'exec "$@" 2>err' sh \
	    "$SMCROUTED" $(daemon_args) >out 2>&1 </dev/null ||
		fail "did not start: $(cat out err)"
	adopt
	[ "$(_stat "$(daemon_pid)" 5)" = 0 ] || fail "it has a terminal"
	[ "$(_stat "$(daemon_pid)" 4)" = "$(daemon_pid)" ] ||
		fail "no session of its own"
	ctl_status 0 show
	expect_stream r0 $S1 $G1 r1
}

# Field N of a process after its name: 4 is the session.
_stat() # PID N
{
	sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f"$2"
}

case_one background_fails "in the background, too, failure is an exit code"
background_fails()
{
	topology 0
	conf </dev/null
	# shellcheck disable=SC2046
	run 67 $(daemon_args) -p no_such_user
	run 71 -f "$W/d.conf" -u "$W/no/such/dir/sock" -P "$W/d.pid"
	[ ! -e d.pid ] || fail "it has left its pid file"
}

case_one signals "SIGTERM and SIGINT end it cleanly"
signals()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mgroup from r0 group $G1
	EOF
	for s in TERM INT; do
		start
		expect_mfc $S1 $G1 r0 r1
		pids=$(daemon_pids)
		stop $s
		[ ! -e $D.sock ] || fail "the socket is left after SIG$s"
		[ ! -e $D.pid ] || fail "the pid file is left after SIG$s"
		[ "$(mfc_count)" -eq 0 ] || fail "routes are left after SIG$s"
		expect_no_join r0 $G1
		for p in $pids; do
			must_come gone "$p"
		done
	done
}

case_one ignored "SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGWINCH do nothing"
ignored()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	for s in PIPE ALRM USR1 USR2 WINCH CONT; do
		kill -$s "$(daemon_pid)"
		ctl_status 0 show routes
		daemon_alive
	done
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
}

case_one leftovers "files of a daemon that was killed do no harm"
leftovers()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	pids=$(daemon_pids)
	kill -9 "$(daemon_pid)"
	ended 137
	[ -S $D.sock ] || fail "the socket has gone by itself"
	for p in $pids; do
		must_come gone "$p"	# nobody lives on
	done
	[ "$(mfc_count)" -eq 0 ] || fail "routes of the dead: $(mfc)"
	rm $D.pid
	start
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $S1 $G2 r1
	stop
	[ ! -e $D.sock ] || fail "the socket is left"
}

case_one pid_file "the pid file has the pid of the parent"
pid_file()
{
	topology 1
	conf </dev/null
	start
	[ "$(cat $D.pid)" = "$(daemon_pid)" ] || fail "it says: $(cat $D.pid)"
	[ "$(file_mode $D.pid)" = 644 ] || fail "mode $(file_mode $D.pid)"
}

# A user who may write to the pid file's directory must not be able to make the
# daemon write elsewhere.
case_one pid_file_link "a pid file that is a symbolic link is refused"
pid_file_link()
{
	local opt

	topology 1
	conf </dev/null
	echo keep >precious
	for to in precious nothing; do
		ln -sf "$W/$to" $D.pid
		for opt in -n "" "-n -p nobody"; do
			# shellcheck disable=SC2046
			run 71 $opt $(daemon_args)
			grep -q "$D.pid" err ||
				fail "the file is not named: $(cat err)"
			# the user nobody cannot remove it
			[ "$opt" = "-n -p nobody" ] || [ ! -e $D.sock ] ||
				fail "the socket is left"
		done
	done
	[ "$(cat precious)" = keep ] || fail "it has written to another file"
	[ ! -e nothing ] || fail "it has made another file"
	# A pid file with a second hard link is not written to, either.
	rm $D.pid
	ln precious $D.pid
	launch
	_written() { [ "$(cat $D.pid)" = "$(daemon_pid)" ]; } 2>/dev/null
	must_come _written
	# Nor is the time stamp of a link's target changed.
	touch -t 200101010000 precious
	ln -sf "$W/precious" $D.pid
	ctl_ok reload
	[ -z "$(find precious -newermt 2002-01-01)" ] ||
		fail "another file has a new time stamp"
	stop
	[ ! -L $D.pid ] || fail "the link is left"
	[ "$(cat precious)" = keep ] || fail "it has written to another file"
}

case_one pid_file_name "-P without a slash is a name in the run directory"
pid_file_name()
{
	local id=smcr$$

	[ -d "$RUNDIR" ] || atf_skip "RUNDIR is not set"
	topology 1
	conf </dev/null
	echo "$RUNDIR/$id.pid" >files
	ln -s "$RUNDIR/$id.pid" $D.pid
	$(ns_command "$R") "$SMCROUTED" -n -f "$W/$D.conf" -u "$W/$D.sock" \
	    -P $id </dev/null >>"$D.log" 2>&1 &
	pid_d=$!
	note_pid $!
	wait_for started || fail "the daemon did not come up"
	daemon_alive
	[ "$(cat "$RUNDIR/$id.pid")" = "$pid_d" ] || fail "not its pid"
	stop
	[ ! -e "$RUNDIR/$id.pid" ] || fail "the pid file is left"
}

case_one ready_means_ready "the pid file is not there before the daemon answers"
ready_means_ready()
{
	topology 2
	awk 'BEGIN {
		for (i = 0; i < 20000; i++)
			printf "mroute from r0 source 10.1.%d.%d group " \
			    "225.1.1.1 to r1\n", i / 250, i % 250 + 1
	}' </dev/null | conf
	launch
	# No sleep here: the case is about the moment when the command returns.
	until [ -s $D.pid ]; do
		daemon_alive
	done
	mfc >now
	[ "$(wc -l <now)" -eq 20000 ] || fail "$(wc -l <now) routes of 20000"
	ctl_status 0 show interfaces
	stop
}

case_one no_config "without a configuration file it waits for smcroutectl"
no_config()
{
	topology 2
	start		# -f names a file that does not exist
	log_has "$D.conf" || fail "no warning"
	ctl_ok add r0 $S1 $G1 r1
	expect_stream r0 $S1 $G1 r1
	ctl_shows '^No pending' show pending
	stop
}

case_one identity "-i and -I name the configuration, socket and pid file"
identity()
{
	local id

	if [ ! -d "$SYSCONFDIR" ] || [ ! -d "$RUNDIR" ]; then
		atf_skip "SYSCONFDIR and RUNDIR are not set"
	fi
	topology 2
	for o in -i -I; do
		id=smcr$$
		printf '%s\n' "$SYSCONFDIR/$id.conf" "$RUNDIR/$id.pid" \
		    "$RUNDIR/$id.sock" >files
		echo "mroute from r0 source $S1 group $G1 to r1" \
		    >"$SYSCONFDIR/$id.conf"
		ln -sf "$RUNDIR/$id.pid" $D.pid
		$(ns_command "$R") "$SMCROUTED" -n $o $id </dev/null \
		    >>"$D.log" 2>&1 &
		pid_d=$!
		note_pid $!
		wait_for started || fail "the daemon did not come up"
		daemon_alive
		[ -S "$RUNDIR/$id.sock" ] || fail "no $RUNDIR/$id.sock"
		expect_mfc $S1 $G1 r0 r1
		"$SMCROUTECTL" $o $id -t show routes >out ||
			fail "smcroutectl $o $id"
		grep -q "$G1" out || fail "no route: $(cat out)"
		"$SMCROUTECTL" add r0 $S1 $G2 r1 $o $id ||
			fail "smcroutectl ... $o $id"
		stop
		[ ! -e "$RUNDIR/$id.sock" ] || fail "the socket is left"
	done
}

case_one no_default_config "the default file may be missing: no warning"
no_default_config()
{
	local id=smcr$$

	[ -d "$RUNDIR" ] || atf_skip "RUNDIR of the installation is not known"
	topology 0
	printf '%s\n' "$RUNDIR/$id.pid" "$RUNDIR/$id.sock" >files
	ln -sf "$RUNDIR/$id.pid" $D.pid
	$(ns_command "$R") "$SMCROUTED" -n -i $id </dev/null >>"$D.log" 2>&1 &
	pid_d=$!
	note_pid $!
	wait_for started || fail "the daemon did not come up"
	daemon_alive
	! log_has '[Ww]arn|[Ee]rror|No such' || fail "$(cat "$D.log")"
	stop
}

case_one timed_end "-D ends it by itself, cleanly"
timed_end()
{
	topology 1
	conf </dev/null
	start -D 1
	ended
	[ ! -e $D.sock ] || fail "the socket is left"
	[ ! -e $D.pid ] || fail "the pid file is left"
}

case_one log_levels "every log level is known, none says nothing"
log_levels()
{
	topology 1
	echo nonsense | conf
	for l in err warning notice info debug; do
		start -l $l
		stop
		log_has "$D.conf:1" || fail "$l: no error in the log"
		rm $D.log
	done
	start -l none
	stop
	[ ! -s $D.log ] || fail "not silent: $(cat $D.log)"
}

# For each level a line that is logged from this level on.
case_one log_filter "a log level hides what is below it, and nothing else"
log_filter()
{
	local level n=0 i text

	topology 2
	conf <<-EOF
		nonsense
		phyint r0 mrdisc
		mroute from r0 group $GLINK to r1
		mroute from r0 group $G1 to r1
	EOF
	for level in err warning notice info debug; do
		n=$((n + 1))
		rm -f $D.log
		start -l $level
		expect_learned r0 $S1 $G1 r1
		ctl_ok kill
		ended 0
		i=0
		for text in "$D.conf:1:" link-local 'asked to end' \
		    'router advertisements$' 'new flow'; do
			i=$((i + 1))
			if [ $i -le $n ]; then
				log_has "$text" || fail "$level: no '$text'"
			else
				! log_has "$text" || fail "$level: '$text'"
			fi
		done
	done
}

case_one syslog "-s logs to the system's log, with identity and facility"
syslog()
{
	local id=smcr$$

	need_linux "namespaces"
	need unshare python3
	topology 1
	echo nonsense | conf
	mkdir dev
	touch dev/null
	python3 "$SRCDIR/manager.py" "$W/dev/log" told &
	note_pid $!
	must_come test -s told
	cat >run.sh <<-EOF
		mount --bind /dev/null $W/dev/null &&
		    mount --bind $W/dev /dev || exit 1
		exec "$SMCROUTED" \$OPTS -i $id $(daemon_args)
	EOF
	# facility daemon: 24 and the priority, here err
	for OPTS in "-n -s" "-s" ""; do
		export OPTS
		: >told
		rm -f $D.pid
		in_router unshare -m sh run.sh </dev/null >>"$D.log" 2>&1 &
		note_pid $!
		must_come test -s $D.pid
		pid_d=$(cat $D.pid)
		note_pid "$pid_d"
		must_come grep -Eq "^<27>.* $id(\[$pid_d\])?: .*$D.conf:1:" told
		kill "$pid_d"
		must_come gone "$pid_d"
	done
	# in the foreground without -s the system's log gets nothing
	: >told
	start -i $id
	stop
	! grep -q "$id" told || fail "in the system's log: $(cat told)"
}

case_one debug "the debug level names new flows and the lines that match"
debug()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1

		mroute from r1 group $G1 to r2
	EOF
	start -l debug
	expect_learned r0 $S1 $G1 r1
	log_has "new flow from $S1 to $G1 on r0, matched by .*$D.conf:1\$" ||
	    fail "no word of the new flow"
	stream_start -r 50 r1 $S1 $G1
	wait_mfc $S1 $G1 r1 r2
	stream_end
	log_has "moved flow from $S1 to $G1 on r1, matched by .*$D.conf:3\$" ||
	    fail "no word of the move"
	expect_stopped r0 $S1 $G3
	log_has "new flow from $S1 to $G3 on r0: no rule" ||
	    fail "no word of the stop"
	# a narrower route without outbound interfaces stops a flow
	ctl_ok add r0 $XNET $G1 r2
	ctl_ok remove r0 $XNET $G1 r2
	expect_stopped r0 $X1 $G1
	log_has "new flow from $X1 to $G1 on r0, stopped by smcroutectl\$" ||
	    fail "no word of the filter"
}

case_one socket_mode "the socket is for its owner and group only"
socket_mode()
{
	topology 0
	conf </dev/null
	start
	[ "$(file_mode $D.sock)" = 660 ] || fail "mode $(file_mode $D.sock)"
	[ "$(file_user $D.sock)" = root ] || fail "owner $(file_user $D.sock)"
	stop
	start -p nobody:daemon
	[ "$(file_user $D.sock):$(file_group $D.sock)" = nobody:daemon ] ||
	    fail "owner $(file_user $D.sock), group $(file_group $D.sock)"
}

case_one relative_paths "paths are those of where it was started"
relative_paths()
{
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	run 0 -f ./d.conf -u ./d.sock -P ./d.pid
	adopt
	expect_mfc $S1 $G1 r0 r1
	ctl_ok reload
	echo "mroute from r0 source $S1 group $G2 to r1" | conf
	ctl_ok reload
	expect_mfc $S1 $G2 r0 r1
	ctl_ok kill
	must_come gone "$(daemon_pid)"
	[ ! -e d.pid ] || fail "the pid file is left"
}

case_one closed_fds "descriptors and environment of the caller do no harm"
closed_fds()
{
	need_linux "/proc"
	topology 1
	conf </dev/null
	: >secret
	# A descriptor that the caller left open reaches no process of the
	# daemon, and closed descriptors 0, 1 and 2 do no harm.
	# shellcheck disable=SC2046
	in_router sh -c 'exec 9<>secret 5<>secret "$@" </dev/null' sh \
	    "$SMCROUTED" $(daemon_args) || fail "did not start"
	adopt
	for p in $(daemon_pids); do
		for fd in "/proc/$p/fd"/*; do
			[ "$(readlink "$fd")" != "$W/secret" ] ||
			    fail "$(readlink "/proc/$p/exe") has it open"
		done
	done
	kill "$(daemon_pid)"
	must_come gone "$(daemon_pid)"
	# shellcheck disable=SC2046
	in_router sh -c 'exec "$@" <&- >&- 2>&-' sh \
	    "$SMCROUTED" $(daemon_args) || fail "did not start"
	adopt
	ctl_status 0 show
}

# Five seconds after a child got its last piece of work, the parent looks once
# more whether the child has answered.  That is one wake-up; after it nothing
# wakes an idle daemon.
case_one idle "a daemon without work sleeps, after one last look at it"
idle()
{
	need_linux "/proc"
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
	EOF
	start
	ctl_status 0 show
	for p in $(daemon_pid) engine control; do
		wait_for has_no_timer $p || fail "$p has more than the one"
	done
	# Nurseries wait in ppoll(2).  Its third argument is the timeout, and 0
	# means none.
	for p in $(nursery engine) $(nursery control); do
		[ "$(cut -d' ' -f4 "/proc/$p/syscall")" = 0x0 ] ||
			fail "a nursery has a timer: $(cat "/proc/$p/syscall")"
	done
	_switches >before
	sleep 3		# in which nothing may happen
	_switches >after
	cmp before after || fail "woken: $(diff before after)"
}

_switches()
{
	for p in $(daemon_pids); do
		grep -H '^voluntary' "/proc/$p/status"
	done
}
