#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The start of the daemon: what it needs of the system, what it inherits from the
# process that starts it, and which files are left when it fails.

# shellcheck disable=SC2046,SC2086	# words of options are to be split

. "$(atf_get_srcdir)/lib.sh"

_conf()
{
	topology 2
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
}

# COMMAND starts the daemon, whose command line is appended to it.  The daemon
# must work as ever.
_works_after() # COMMAND ...
{
	_start_after "$@"
	expect_mfc $S1 $G1 r0 r1
	ctl_ok add r0 $S2 $G1 r1
	hup
	replace engine
	expect_stream r0 $S1 $G1 r1
	stop
	_nothing_left "$@"
}

_start_after() # COMMAND ...
{
	$(ns_command "$R") "$@" "$SMCROUTED" -n $(daemon_args) \
	    </dev/null >>"$D.log" 2>&1 &
	pid_d=$!
	note_pid $!
	wait_for started || fail "$*: the daemon did not come up"
	daemon_alive
}

_nothing_left() # TEXT ...
{
	for f in $D.sock $D.sock.next $D.pid $D.pid.new; do
		[ ! -e "$W/$f" ] || fail "$*: $f is left"
	done
}

# The daemon must end by itself with this status and reason.
_fails() # STATUS REGEX COMMAND [OPTION ...]
{
	local want="$1" regex="$2" status=0

	shift 2
	$(ns_command "$R") $LIMIT "$@" </dev/null >out 2>err || status=$?
	[ $status -eq $want ] ||
		fail "$*: status $status, not $want: $(cat err)"
	grep -Eq -- "$regex" err || fail "$*: no '$regex': $(cat err)"
}

_status() # PID NAME
{
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

# --- what it inherits ---------------------------------------------------------

case_one blocked "signals that were blocked or ignored"
blocked()
{
	need python3
	_conf
	cat >blocked.py <<-'EOP'
		import os, signal, sys
		for s in range(1, 65):
		    try:
		        signal.signal(s, signal.SIG_IGN)
		    except (OSError, ValueError):
		        pass
		signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
		os.execv(sys.argv[1], sys.argv[1:])
	EOP
	_works_after python3 blocked.py
	_start_after python3 blocked.py
	for p in $(daemon_pids); do
		[ -n "$(echo $(_stat_mask $p))" ] ||
			fail "$p blocks $(_status $p SigBlk)"
	done
	stop INT
	_nothing_left blocked
}

case_one early_hup "SIGHUP before there is anything to reload"
early_hup()
{
	need python3
	_conf
	cat >early.py <<-'EOP'
		import os, signal, sys
		signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
		os.kill(os.getpid(), signal.SIGHUP)
		os.execv(sys.argv[1], sys.argv[1:])
	EOP
	_works_after python3 early.py
}

# Nurseries wait for SIGCHLD (17) alone.
_stat_mask() # PID
{
	case $(_status $1 SigBlk) in
	0000000000000000 | 0000000000010000) echo good ;;
	esac
}

# Each signal is sent to all processes, as a terminal does.
case_one signals "no other signal than those in the manual ends it"
signals()
{
	local s p n

	_conf
	start
	n=$(daemon_pids | wc -l)
	for s in ALRM PIPE USR1 USR2 WINCH CONT VTALRM PROF IO XCPU XFSZ QUIT \
	    URG TTIN TTOU CHLD $(other_signals); do
		for p in $(daemon_pids); do
			kill -$s $p || fail "$p was gone at $s"
		done
		ctl_status 0 show routes
		daemon_alive
		[ "$(daemon_pids | wc -l)" -eq $n ] || fail "$s has ended one"
	done
	! log_has 'ended by' || fail "$(cat $D.log)"
	expect_stream r0 $S1 $G1 r1
	stop
	_nothing_left
}

case_one timer "a timer that rings again and again"
timer()
{
	need python3
	_conf
	cat >timer.py <<-'EOP'
		import os, signal, sys
		for t in signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, \
		    signal.ITIMER_PROF:
		    signal.setitimer(t, 1, 0.01)
		os.execv(sys.argv[1], sys.argv[1:])
	EOP
	_works_after python3 timer.py
}

case_one limits "limits of files' sizes, processes, the stack, the time"
limits()
{
	need_linux "namespaces"
	need prlimit
	_conf
	for l in --fsize=0: --nproc=0: --stack=131072: --cpu=1:; do
		_works_after prlimit $l
	done
	# limits that root can lift, where root has all capabilities
	! prlimit --nproc=0:0 prlimit --nproc=1:1 true 2>/dev/null ||
		_works_after prlimit --fsize=0:0 --nproc=0:0 \
		    --stack=131072:131072 --cpu=1:1
	# a limit that cannot be lifted is no reason to end, if there is room
	need setpriv
	_works_after prlimit --fsize=1073741824:1073741824 \
	    setpriv --inh-caps=-all --bounding-set=-sys_resource
}

# Without CAP_SYS_RESOURCE a hard limit cannot be lifted.
case_one limit_hard "a limit with which nothing works is named"
limit_hard()
{
	need_linux "namespaces"
	need prlimit setpriv
	_conf
	_is_limit --fsize=0:0 'the gate: the file size limit .ulimit -f. is '
	_is_limit --fsize=4194304:4194304 \
	    'the journal: the file size limit .ulimit -f. is less than 131072 K'
	_is_limit --fsize=1073741823:1073741823 \
	    'the entries: the file size limit .ulimit -f. is less than 1048576 K'
	_is_limit --cpu=1000:2000 'ulimit -t.*after 2000 seconds'
	_is_limit --nofile=7:7 'IPv4 multicast routing: Too many open files'
	# sanitizers need much of the address space
	sanitized || _is_limit --as=100000000 'the journal of .*ulimit -v'
	sanitized || _is_limit --as=1150000000 'the entries of .*ulimit -v'
}

# One line must say why the daemon does not start.  The output goes to a pipe:
# a file could not be written.
_is_limit() # LIMIT REGEX
{
	for o in -n ""; do
		{
			in_router $LIMIT prlimit $1 setpriv --inh-caps=-all \
			    --bounding-set=-sys_resource "$SMCROUTED" $o \
			    $(daemon_args) </dev/null 2>&1
			echo "status $?"
		} | cat >err
		grep -q '^status 71$' err || fail "$1: $(cat err)"
		grep -q "$2" err || fail "$1: not why: $(cat err)"
		[ "$(wc -l <err)" -eq 2 ] || fail "$1: more than why: $(cat err)"
		_nothing_left "$1"
	done
}

case_one mask "any umask"
mask()
{
	_conf
	for m in 0 0777; do
		_works_after sh -c "umask $m; exec \"\$@\"" sh
		_start_after sh -c "umask $m; exec \"\$@\"" sh
		[ "$(file_mode $D.pid)" = 644 ] || fail "umask $m: pid file"
		[ "$(file_mode $D.sock)" = 660 ] || fail "umask $m: socket"
		stop
	done
}

case_one environment "variables that libraries obey"
environment()
{
	need_linux "/proc"
	! sanitized || atf_skip "a sanitizer needs variables"
	_conf
	_works_after env EVENT_NOEPOLL=1 EVENT_NOPOLL=1 EVENT_NOSELECT=1 \
	    EVENT_EPOLL_USE_CHANGELIST=1 EVENT_PRECISE_TIMER=1 \
	    EVENT_SHOW_METHOD=1 EVENT_DEBUG_LOGGING_ALL=1 \
	    MALLOC_CHECK_=3 MALLOC_PERTURB_=85 MALLOC_ARENA_MAX=1 \
	    LOCALDOMAIN=x HOSTALIASES=/etc/shadow RES_OPTIONS=debug \
	    POSIXLY_CORRECT=1 LANG=tr_TR.UTF-8 LC_ALL=de_DE.UTF-8 \
	    TZ=:/etc/shadow TMPDIR=/nonexistent HOME=/nonexistent \
	    LISTEN_FDS=1000 LISTEN_PID=1 LISTEN_FDNAMES=gate PATH=
	_works_after env -i
	_start_after env EVENT_NOEPOLL=1
	[ -n "$(find /proc/$(daemon_pid)/fd -lname '*eventpoll*')" ] ||
		fail "EVENT_NOEPOLL was obeyed"
}

case_one environment_notify "... and those of a service manager that are nonsense"
environment_notify()
{
	_conf
	for v in NOTIFY_SOCKET=x NOTIFY_SOCKET=/nonexistent WATCHDOG_USEC=x \
	    WATCHDOG_USEC=-1 WATCHDOG_USEC=1 LISTEN_FDS=x; do
		_works_after env $v LISTEN_PID=x
	done
	# the variables name descriptors that are not open
	_works_after sh -c 'LISTEN_PID=$$ LISTEN_FDS=9 LISTEN_FDNAMES=gate:mroute4
		export LISTEN_PID LISTEN_FDS LISTEN_FDNAMES; exec "$@"' sh
}

case_one descriptors "closed descriptors, in the foreground, too"
descriptors()
{
	need_linux "/proc"
	_conf
	for c in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
		$(ns_command "$R") sh -c "exec \"\$@\" $c" sh "$SMCROUTED" -n \
		    $(daemon_args) </dev/null >>"$D.log" 2>&1 &
		pid_d=$!
		note_pid $!
		wait_for started || fail "$c: the daemon did not come up"
		daemon_alive
		for fd in 0 1 2; do
			[ -e /proc/$pid_d/fd/$fd ] || fail "$c: $fd is closed"
		done
		expect_mfc $S1 $G1 r0 r1
		stop
	done
}

case_one directory "a working directory that is gone, and none that is kept"
directory()
{
	need_linux "/proc"
	_conf
	_works_after sh -c 'mkdir gone && cd gone && rmdir ../gone &&
		exec "$@"' sh
	_start_after env
	[ "$(readlink /proc/$pid_d/cwd)" = / ] ||
		fail "it keeps $(readlink /proc/$pid_d/cwd)"
	stop
}

case_one priority "the least priority"
priority()
{
	need chrt
	_conf
	_works_after nice -n 19 chrt -i 0
}

# --- what it needs -------------------------------------------------------------

# The capabilities that the manual lists.
_needed()
{
	echo net_raw sys_chroot setuid setgid setpcap
}

_with() # CAPABILITY ...
{
	echo setpriv --inh-caps=-all --bounding-set=-all$(printf ',+%s' "$@")
}

case_one capabilities "exit 77 names the capability that is missing, and the step"
capabilities()
{
	local c

	need_linux "namespaces"
	need setpriv
	_conf
	for c in $(_needed); do
		_fails 77 "CAP_$(echo $c | tr '[:lower:]' '[:upper:]'): needed " \
		    $(_with $(_needed | tr ' ' '\n' | grep -vx $c)) \
		    "$SMCROUTED" -n $(daemon_args)
		_nothing_left "without $c"
	done
	_fails 77 'CAP_NET_ADMIN: needed .*-t' $(_with $(_needed)) \
	    "$SMCROUTED" -n -t 1 $(daemon_args)
	_fails 77 'CAP_CHOWN: needed .*-p' $(_with $(_needed)) \
	    "$SMCROUTED" -n -p nobody $(daemon_args)
	_fails 77 'CAP_' setpriv --inh-caps=-all --bounding-set=-all \
	    "$SMCROUTED" $(daemon_args)
	_nothing_left
	# no other capability is needed
	_works_after $(_with $(_needed))
	_start_after $(_with $(_needed) chown) env OPT=-p
	stop
}

case_one check "-F needs none of them, not even as root"
check()
{
	need_linux "namespaces"
	need setpriv unshare
	_conf
	setpriv --inh-caps=-all --bounding-set=-all "$SMCROUTED" -F $D.conf \
	    >out 2>&1 || fail "$(cat out)"
	echo nonsense >bad.conf
	_fails 78 'bad.conf:1:' setpriv --inh-caps=-all --bounding-set=-all \
	    "$SMCROUTED" -F bad.conf
}

# Files of the daemon may all be elsewhere.
case_one read_only "a run directory that nobody can write to"
read_only()
{
	need_linux "/proc"
	need unshare
	[ -d "$RUNDIR" ] || atf_skip "RUNDIR is not set"
	_conf
	cat >ro.sh <<-EOF
		mount -t tmpfs none "$RUNDIR" &&
		    mount -o remount,ro "$RUNDIR" || exit 99
		exec "\$@"
	EOF
	_works_after unshare -m sh ro.sh
	unshare -m sh ro.sh "$SMCROUTED" -F "$W/$D.conf" || fail "-F"
	_start_after unshare -m sh ro.sh
	for r in engine control; do
		[ -z "$(ls -A /proc/$(role $r)/root/)" ] ||
			fail "$r: its root has $(ls -A /proc/$(role $r)/root/)"
		! mkdir /proc/$(role $r)/root/x 2>/dev/null ||
			fail "$r: its root can be written to"
	done
	stop
	[ -z "$(ls -A | grep empty)" ] || fail "left: $(ls -A)"
}

# --- when it fails -------------------------------------------------------------

case_one failed "a start that fails leaves nothing, and says what is wrong"
failed()
{
	_conf
	# the control socket cannot be made, the socket for -x can
	mkdir $D.sock
	_fails 71 "$W/$D.sock: exists and is not a socket" "$SMCROUTED" -n \
	    $(daemon_args)
	rmdir $D.sock
	_nothing_left
	# or the other way round
	mkdir $D.sock.next
	_fails 71 "$W/$D.sock.next: exists and is not a socket" "$SMCROUTED" \
	    -n $(daemon_args)
	rmdir $D.sock.next
	_nothing_left
	mkdir $D.pid.new
	for o in -n ""; do
		_fails 71 "$D.pid.new: exists and is not a regular file" \
		    "$SMCROUTED" $o $(daemon_args)
	done
	rmdir $D.pid.new
	_nothing_left
	mkdir $D.pid
	for o in -n "" "-n -p nobody"; do
		_fails 71 "$D.pid: exists and is not a regular file" \
		    "$SMCROUTED" $o $(daemon_args)
		[ ! -e $D.sock ] && [ ! -e $D.sock.next ] && [ ! -e $D.pid.new ] ||
			fail "left: $(ls)"
	done
	rmdir $D.pid
	# and nothing keeps the next one from starting
	_works_after env
}

case_one failed_late "... also when its last step fails"
failed_late()
{
	need_tool kernel_without
	_conf
	_fails 71 'cannot load the filter' "$TOOLS/kernel_without" filters \
	    "$SMCROUTED" -n $(daemon_args)
	_nothing_left
	echo file >plain
	# a path through a plain file: there is no such configuration
	_start_after env
	stop
	$(ns_command "$R") "$SMCROUTED" -n -f "$W/plain/x.conf" -u "$W/$D.sock" \
	    -P "$W/$D.pid" </dev/null >>"$D.log" 2>&1 &
	pid_d=$!
	note_pid $!
	wait_for started || fail "the daemon did not come up"
	daemon_alive
	log_has "plain/x.conf.*: Not a directory" || fail "$(cat $D.log)"
	stop
	_nothing_left
}

# The name may have been made to move the cursor of whoever reads the log.
case_one name "another program's name cannot write to the terminal"
name()
{
	need_linux "/proc"
	need python3
	_conf
	$(ns_command "$R") python3 - >held 2>&1 <<-'EOP' &
		import signal, socket
		open("/proc/self/comm", "wb").write(b"a\033[2J\302\233c")
		s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 2)
		s.setsockopt(socket.IPPROTO_IP, 200, 1)
		print("held", flush=True)
		signal.pause()
	EOP
	note_pid $!
	must_come grep -q held held
	_fails 69 'in use by a' "$SMCROUTED" -n $(daemon_args)
	! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177\233]')" err ||
		fail "as it is: $(od -c err)"
	[ "$(wc -l <err)" -eq 1 ] || fail "more than a line: $(cat err)"
}

# The daemon waits for its children, and gets a signal meanwhile.
case_one signal_meanwhile "SIGHUP while it becomes ready"
signal_meanwhile()
{
	local attendant

	[ "$(uname -m)" = x86_64 ] || atf_skip "read(2) has another number"
	_conf
	launch -d 1
	must_come test -S $D.sock
	for attendant in $(children $pid_d); do
		break # the first one
	done
	kill -STOP $attendant
	must_come _reads $pid_d
	kill -HUP $pid_d
	kill -HUP $pid_d
	kill -CONT $attendant
	must_come ctl show >/dev/null
	hup_unless_late
	daemon_alive
	expect_mfc $S1 $G1 r0 r1
	stop
}

_reads() # PID
{
	[ "$(cut -d' ' -f1 /proc/$1/syscall)" = 0 ]
}

# Waits for the pid file.  The daemon makes none, and logs so, when it has waited
# too long for the attendant.
hup_unless_late()
{
	must_come sh -c "[ -s $D.pid ] || grep -q 'nobody writes' $D.log"
}

# --- the pid file --------------------------------------------------------------

_is_roots() # FILE
{
	[ "$(file_user "$1"):$(file_mode "$1")" = root:644 ] ||
	    fail "$1 is $(file_user "$1")'s, mode $(file_mode "$1")"
}

case_one pid_file "with -p the pid file is root's, and nobody else's"
pid_file()
{
	local o

	need_linux "namespaces"
	need setpriv
	topology 2
	scratch
	echo "mroute from r0 source $S1 group $G1 to r1" | conf
	for o in "-p nobody" "-p nobody:daemon" ""; do
		start $o
		_is_roots $W/$D.pid
		[ -z "$o" ] || ! setpriv --reuid nobody --regid nogroup \
		    --clear-groups sh -c "echo 1 >$W/$D.pid" 2>/dev/null ||
			fail "$o: the user can write to it"
		# each reload renews its time stamp
		hup
		[ "$(cat $W/$D.pid)" = "$(daemon_pid)" ] ||
			fail "$o: it says $(cat $W/$D.pid)"
		_is_roots $W/$D.pid
		stop
		# a pid file that cannot be removed is empty
		[ ! -s $W/$D.pid ] || fail "$o: it still says $(cat $W/$D.pid)"
		rm -f $W/$D.pid
	done
	# the same in the background, and for a daemon that takes over
	in_router $LIMIT "$SMCROUTED" $(daemon_args) -p nobody </dev/null \
	    >>$D.log 2>&1 || fail "did not start"
	_is_roots $W/$D.pid
	first=$(cat $W/$D.pid)
	note_pid $first
	in_router $LIMIT "$SMCROUTED" $(daemon_args) -p nobody -x </dev/null \
	    >>$D.log 2>&1 || fail "did not take over"
	pid_d=$(cat $W/$D.pid)
	note_pid $pid_d
	must_come gone $first
	[ -s $W/$D.pid ] || fail "the one before has emptied it"
	_is_roots $W/$D.pid
	hup
	kill $pid_d
	must_come gone $pid_d
	[ ! -s $W/$D.pid ] || fail "it still says $(cat $W/$D.pid)," \
	    "$first was before $pid_d"
}
