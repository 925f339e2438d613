#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Descriptors, processes, memory, or room on the disk or in a log run out: the
# daemon logs an error and goes on with the routes that it has.

. "$(atf_get_srcdir)/lib.sh"

_conf()
{
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
}

# Limits a process to the descriptors that it has: the next one is refused.
_no_more_files() # PID
{
	limit "$1" --nofile="$(ls "/proc/$1/fd" | wc -l):"
}

_files_again() # PID
{
	limit "$1" --nofile=100:
}

_still_routes()
{
	daemon_alive
	expect_stream r0 $S1 $G1 r1
	expect_mfc $S1 $G1 r0 r1
}

case_one files_control "no descriptor left in the control process"
files_control()
{
	need_linux "namespaces"
	need prlimit setpriv
	topology 2
	_conf
	start
	_no_more_files "$(role control)"
	ctl show >out 2>&1 &	# waits until control can accept it
	waits=$!
	note_pid $waits
	must_come log_has "control socket: $NO_FILES"
	_still_routes
	_files_again "$(role control)"
	wait $waits || fail "$(cat out)"
	ctl_ok add r0 $S2 $G1 r1
}

case_both files_engine "no descriptor left in the engine"
files_engine()
{
	need_linux "namespaces"
	need prlimit setpriv
	topology 2
	_conf
	start
	_no_more_files "$(role engine)"
	ctl_fails 1 "$NO_FILES" join r0 $G1
	plug r5	# the engine hears of it by a socket that it has
	ctl_ok add r5 $S1 $GSSM r1
	expect_stream r5 $S1 $GSSM r1
	_still_routes
	_files_again "$(role engine)"
	ctl_ok join r0 $G1
	expect_join r0 $G1
}

case_one files_parent "no descriptor left in the parent"
files_parent()
{
	need_linux "namespaces"
	need prlimit setpriv
	topology 2
	_conf
	start
	before=$(role engine)
	_no_more_files "$(daemon_pid)"
	ctl_fails 1 "$NO_FILES" reload
	_still_routes
	expect_learned r0 $S2 $G2 r1
	[ "$(role engine)" = "$before" ] || fail "another engine"
	_files_again "$(daemon_pid)"
	ctl_ok reload
}

# A new engine needs a pipe.
case_one files_new_life "... when an engine has died"
files_new_life()
{
	need_linux "namespaces"
	need prlimit setpriv
	topology 2
	_conf
	start
	count_start
	stream_start -r 2000 r0 $S1 $G1
	_no_more_files "$(daemon_pid)"
	kill -9 "$(role engine)"
	must_come log_has "$NO_FILES"
	daemon_alive
	_files_again "$(daemon_pid)"
	must_come ctl show >/dev/null
	stream_end
	count_end r1="$sent"
	expect_learned r0 $S2 $G2 r1
}

# A limit of the whole machine, which a test must not lower; so it is only
# pretended.
case_one files_system "no descriptor left in the whole system"
files_system()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
	EOF
	start_without files
	log_has "$G1: Too many open files in system" || fail "$(cat $D.log)"
	ctl show >out 2>&1 &
	note_pid $!
	must_come log_has 'control socket: Too many open files in system'
	_still_routes
	expect_learned r0 $S2 $G2 r1
	hup
	_still_routes
	# the daemon tries again each second, and not all the time
	[ "$(grep -c 'control socket:' $D.log)" -le 10 ] || fail "it spins"
}

# Root may always make a process.
case_one processes_reader "no process can be made for a reload"
processes_reader()
{
	need_linux "namespaces"
	need prlimit setpriv
	topology 2
	scratch
	_conf
	start -p nobody:daemon
	limit "$(nursery reader)" --nproc=0:
	ctl_fails 1 'Resource temporarily unavailable' reload
	_still_routes
	limit "$(nursery reader)" --nproc=1000:
	ctl_ok reload
}

case_one processes "no process can be made"
processes()
{
	need_linux "namespaces"
	need prlimit setpriv
	topology 2
	_conf
	start
	count_start
	stream_start -r 2000 r0 $S1 $G1
	for r in engine control; do
		limit "$(nursery $r)" --nproc=0:
		kill -9 "$(role $r)"
		must_come log_has 'fork: Resource temporarily unavailable'
		daemon_alive
		limit "$(nursery $r)" --nproc=1000:
		must_come ctl show >/dev/null
		: >"$D.log"
	done
	stream_end
	count_end r1="$sent"
	expect_learned r0 $S2 $G2 r1
}

# The engine's data is limited to what it has.
case_one memory "no memory left in the engine"
memory()
{
	need_linux "namespaces"
	need prlimit setpriv
	! sanitized || atf_skip "a sanitizer has no limit to its memory"
	topology 2
	_conf
	start
	count_start
	stream_start -r 2000 r0 $S1 $G1
	engine=$(role engine)
	{
		cat "$D.conf"
		awk 'BEGIN { for (i = 0; i < 100000; i++)
			printf "mroute from r0 source 10.7.0.1 group " \
			    "226.%d.%d.%d to r1\n", i / 65536,
			    i / 256 % 256, i % 256
		}' </dev/null
	} >large
	cp "$D.conf" small
	cp large "$D.conf"
	limit $engine --data="$(_data $engine):"
	ctl reload >out 2>&1 && fail "a reload without memory succeeds"
	must_come log_has 'memory|allocate'
	daemon_alive
	cp small "$D.conf"
	must_come ctl show >/dev/null
	stream_end
	count_end r1="$sent"
	expect_mfc $S1 $G1 r0 r1
}

# Bytes of data that it has, and some more.
_data() # PID
{
	echo $((($(sed -n 's/^VmData:[^0-9]*\([0-9]*\).*/\1/p' \
	    "/proc/$1/status") + 512) * 1024))
}

case_one disk "no room for the pid file"
disk()
{
	need_linux "namespaces"
	topology 2
	_conf
	mkdir small
	cat >start.sh <<-EOF
		mount -t tmpfs -o size=4k,nr_inodes=3 none $W/small &&
		    head -c 4096 /dev/zero >$W/small/full &&
		    exec "\$@"
	EOF
	status=0
	# shellcheck disable=SC2046
	$(ns_command "$R") unshare -m sh start.sh "$SMCROUTED" -n \
	    -f "$W/$D.conf" -u "$W/$D.sock" -P "$W/small/d.pid" \
	    </dev/null >>"$D.log" 2>&1 || status=$?
	[ $status -eq 71 ] || fail "status $status, not 71: $(cat "$D.log")"
	log_has 'd.pid.new: No space left' || fail "$(cat "$D.log")"
	[ ! -e "$D.sock" ] || fail "it leaves its socket"
}

# A log that takes no more lines; the daemon must go on with its work.
_nobody_reads()
{
	wait_for started || fail "the daemon did not come up"
	expect_learned r0 $S2 $G2 r1
	yes nonsense | head -n 800 >>"$D.conf"
	kill -HUP "$(daemon_pid)"
	ctl_fails 1 'nonsense' reload
	expect_learned r0 $S3 $G2 r1
	replace engine
	_still_routes
	stop
}

case_one log_syslog "a syslogd that reads nothing"
log_syslog()
{
	need_linux "namespaces"
	need python3 unshare
	topology 2
	_conf
	mkdir dev
	touch dev/null dev/urandom
	python3 -c '
import signal, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("dev/log")
print("ready", flush=True)
signal.pause()' >syslogd 2>&1 &
	note_pid $!
	must_come grep -q ready syslogd
	cat >start.sh <<-EOF
		for f in null urandom; do
			mount --bind /dev/\$f $W/dev/\$f || exit
		done
		mount --rbind $W/dev /dev && exec "\$@"
	EOF
	# shellcheck disable=SC2046
	$(ns_command "$R") unshare -m sh start.sh "$SMCROUTED" -n -s \
	    $(daemon_args) </dev/null >>"$D.log" 2>&1 &
	eval "pid_$D=\$!"
	note_pid $!
	_nobody_reads
	[ ! -s "$D.log" ] || fail "it logs elsewhere"
}

case_one log_pipe "a pipe for stderr that nobody reads"
log_pipe()
{
	topology 2
	_conf
	mkfifo pipe
	exec 9<>pipe
	# shellcheck disable=SC2046
	$(ns_command "$R") "$SMCROUTED" -n $(daemon_args) </dev/null \
	    >/dev/null 2>pipe 9>&- &
	eval "pid_$D=\$!"
	note_pid $!
	_nobody_reads
}

# --- each allocation fails once ------------------------------------------------

# An executable with an allocator that fails, and $SMCROUTED to start the daemon
# with it in one role.
_with_short() # ROLE
{
	local libexec="${SMCROUTED%/sbin/*}/libexec/smcrouted"

	[ -x "$TOOLS/short_$1" ] || atf_skip "short_$1 is missing"
	SHORT=$W/short
	cp "$TOOLS/short_$1" "$SHORT"
	if [ "$1" = start ]; then
		SMCROUTED=$SHORT
		return
	fi
	cat >wrapper <<-EOF
		#!/bin/sh
		exec unshare -m sh -c 'mount --bind "$SHORT" \
		    "$libexec/$1" && exec "$SMCROUTED" "\$@"' sh "\$@"
	EOF
	chmod 755 wrapper
	SMCROUTED=$W/wrapper
}

_victim() # ROLE
{
	[ "$1" = parent ] && daemon_pid || role "$1"
}

# Makes the N-th allocation from now on fail.  $left: how many allocations of the
# last N were still to come.
_fail_at() # PID|file N
{
	left=$(python3 "$SRCDIR/short_alloc.py" "$1" "$SHORT" "$2" 2>err) ||
	    return 1
}

# Whatever happens, the route stays without being made anew, and smcroutectl
# works.
_all_is_well() # ROLE N
{
	daemon_alive
	expect_mfc $S1 $G1 r0 r1
	[ "$(kernel_mfc_packets "$R" $FAM $S1 $G1)" -ge 10 ] ||
	    fail "$1, allocation $2: the route was made anew"
	must_come ctl show >/dev/null 2>&1
	ctl add r0 $S3 $G3 r1 2>out || fail "$1, allocation $2: $(cat out)"
	expect_mfc $S3 $G3 r0 r1
}

_each() # ROLE ACTION
{
	local n=1 step=1 pid role="$1"

	# each case kills several engines, with delays between them
	[ "$2" != _start ] || step=${SHORT_STEP:-20}

	while [ $n -lt 500 ]; do
		_conf
		: >"$D.log"
		start
		send -c 10 r0 $S1 $G1
		pid=$(_victim "$1")
		[ $2 != _start ] || pid=$(nursery "$1")
		_fail_at "$pid" $n || atf_skip "no access: $(cat err)"
		if $2 >out 2>&1; then
			_done$2 || fail "$1,$2, allocation $n: said to be done"
		else
			[ -s out ] || fail "$1,$2, allocation $n: no reason"
		fi
		if alive "$pid" && _fail_at "$pid" 0 && [ "$left" -gt 0 ]; then
			stop
			break
		fi
		_all_is_well "$1" $n
		stop
		n=$((n + step))
	done
	echo "$1, $2: $((n - 1)) allocations"
}

# The work of each step, and a check that it was done.  A new process is a copy
# of its nursery, including the failing allocator.
_start()
{
	old=$(role "$role")
	kill -9 "$old"
	wait_for _reborn
	_fail_at "$(nursery "$role")" 0
	wait_for ctl show
	pid=$(role "$role")
}
# Or the process has died again.
_reborn()
{
	[ "$(grep -c "$role [0-9]* ended" "$D.log")" -lt 2 ] || return 0
	case $(role "$role") in
	"" | "$old" | "$(nursery "$role")") return 1 ;;
	esac
}
_done_start() { has_key $S1 $G1; }

_reload()
{
	_conf
	echo "mroute from r0 source $S2 group $G1 to r1" >>"$D.conf"
	ctl reload
}
_done_reload() { has_key $S2 $G1; }

_add() { ctl add r0 $S2 $G1 r1; }
_done_add() { has_key $S2 $G1; }

_join() { ctl join r0 $G1; }
# If the engine dies of it, the next one joins.
_done_join() { wait_for has_join r0 $G1; }

# The kernel forgets reports that are not answered, and sends them again.
_upcall() { wait_for _asks; }
_asks()
{
	send r0 $S2 $G2
	has_key $S2 $G2
}
_done_upcall() { has_key $S2 $G2; }

_show() { ctl show; }
_done_show() { grep -q "$S1, $G1" out; }

_one_by_one() # ROLE ACTION ...
{
	local r="$1"

	need python3 nm
	topology 2
	_with_short "$r"
	shift
	for action; do
		_each "$r" "$action"
	done
}

case_one alloc_engine "an allocation of the engine fails, each one in turn"
alloc_engine()
{
	_one_by_one engine _reload _add _join _upcall _show
}

case_one alloc_control "... of the control process"
alloc_control()
{
	_one_by_one control _add _show
}

case_one alloc_parent "... of the parent"
alloc_parent()
{
	_one_by_one parent _reload _add _upcall
}

# A daemon that cannot start says why; one that starts is complete.
_first() # ROLE
{
	local n=1

	need python3 nm readelf
	topology 2
	_conf
	_with_short "$1"
	while [ $n -lt 500 ]; do
		_fail_at file $n || fail "$(cat err)"
		: >"$D.log"
		launch
		wait_for _has_tried || fail "$1, allocation $n: $(cat "$D.log")"
		! log_has 'by signal ([^9]|9.)|forbidden' ||
		    fail "$1, allocation $n: $(cat "$D.log")"
		if [ ! -s "$D.pid" ]; then
			log_has 'allocate memory|ended by' ||
			    fail "$1, allocation $n: $(cat "$D.log")"
			kill "$(daemon_pid)" 2>/dev/null || :
		else
			log_has 'allocate memory' || expect_mfc $S1 $G1 r0 r1
			if [ "$1" = start ]; then
				# The program has become the parent, which
				# does not tell how many are left.
				left=$((n >= 40))
			else
				_fail_at "$(_victim "$1")" 0 ||
				    fail "$(cat err)"
			fi
			stop
			[ "$left" -eq 0 ] || break
		fi
		wait_for gone "$(daemon_pid)"
		rm -f "$D.sock" "$D.pid"
		n=$((n + 1))
	done
	echo "$1, first start: $((n - 1)) allocations"
}

_has_tried()
{
	log_has ' ended by ' || gone "$(daemon_pid)" ||
	    { started && timeout 30 "$SMCROUTECTL" -u "$D.sock" show; } \
	    >/dev/null 2>&1
}

case_one alloc_first_engine "... of the first engine"
alloc_first_engine() { _first engine; }

case_one alloc_first_control "... of the first control process"
alloc_first_control() { _first control; }

case_one alloc_first_parent "... of a parent that begins"
alloc_first_parent() { _first parent; }

case_one alloc_first_start "... of a daemon that starts"
alloc_first_start() { _first start; }

# In SHORT_STEP 1: each one, for some minutes.
case_one alloc_start_engine "... of a new engine, each twentieth in turn"
alloc_start_engine()
{
	_one_by_one engine _start
}

case_one alloc_start_control "... of a new control process"
alloc_start_control()
{
	_one_by_one control _start
}
