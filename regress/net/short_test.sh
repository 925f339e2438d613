#!/usr/bin/env atf-sh
# Short of something: descriptors, processes, memory, room on the disk.  An
# error is logged, and what runs stays as it is.

. "$(atf_get_srcdir)/lib.sh"

_conf()
{
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
}

# As its user: root may lack the capability to do it to others.
_limit() # PID LIMIT
{
	setpriv --reuid "$(stat -c %u "/proc/$1")" \
	    --regid "$(stat -c %g "/proc/$1")" --clear-groups \
	    prlimit --pid "$1" "$2" || fail "prlimit"
}

# How many descriptors a process has: the next one is too many.
_no_more_files() # PID
{
	_limit "$1" --nofile="$(ls "/proc/$1/fd" | wc -l):"
}

_files_again() # PID
{
	_limit "$1" --nofile=100:
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
	need prlimit setpriv
	topology 2
	_conf
	start
	_no_more_files "$(role control)"
	ctl show >out 2>&1 &	# waits
	waits=$!
	note_pid $waits
	must_come log_has 'control socket: Too many open files'
	_still_routes
	_files_again "$(role control)"
	wait $waits || fail "$(cat out)"
	ctl_ok add r0 $S2 $G1 r1
}

case_both files_engine "no descriptor left in the engine"
files_engine()
{
	need prlimit setpriv
	topology 2
	_conf
	start
	_no_more_files "$(role engine)"
	ctl_fails 1 'too many open files' join r0 $G1
	plug r5	# told of by a socket that is there
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
	need prlimit setpriv
	topology 2
	_conf
	start
	before=$(role engine)
	_no_more_files "$(daemon_pid)"
	ctl_fails 1 'too many open files' reload
	_still_routes
	expect_learned r0 $S2 $G2 r1
	[ "$(role engine)" = "$before" ] || fail "another engine"
	_files_again "$(daemon_pid)"
	ctl_ok reload
}

# A new life needs a pipe.
case_one files_new_life "... when an engine has died"
files_new_life()
{
	need prlimit setpriv
	topology 2
	_conf
	start
	count_start
	stream_start -r 2000 r0 $S1 $G1
	_no_more_files "$(daemon_pid)"
	kill -9 "$(role engine)"
	must_come log_has 'Too many open files'
	daemon_alive
	_files_again "$(daemon_pid)"
	must_come ctl show >/dev/null
	stream_end
	count_end r1="$sent"
	expect_learned r0 $S2 $G2 r1
}

case_one processes "no process can be made"
processes()
{
	need prlimit setpriv
	topology 2
	_conf
	start
	count_start
	stream_start -r 2000 r0 $S1 $G1
	for r in engine control; do
		_limit "$(nursery $r)" --nproc=0:
		kill -9 "$(role $r)"
		must_come log_has 'fork: Resource temporarily unavailable'
		daemon_alive
		_limit "$(nursery $r)" --nproc=1000:
		must_come ctl show >/dev/null
		: >"$D.log"
	done
	stream_end
	count_end r1="$sent"
	expect_learned r0 $S2 $G2 r1
}

# Memory is what the system says: so much and no more.
case_one memory "no memory left in the engine"
memory()
{
	need prlimit setpriv
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
	_limit $engine --data="$(_data $engine):"
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
	log_has 'd.pid: No space left' || fail "$(cat "$D.log")"
	[ ! -e "$D.sock" ] || fail "it leaves its socket"
}
