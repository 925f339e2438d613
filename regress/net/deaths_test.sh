#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Processes of the daemon that are killed or stopped, and daemons that are
# replaced by another one: packets, entries, groups and the changes by
# smcroutectl outlive them.

# [ FILE -nt FILE ] and -ef: every sh that ATF knows has them.
# shellcheck disable=SC3013

. "$(atf_get_srcdir)/lib.sh"

case_both runtime "what smcroutectl has changed outlives the engine"
runtime()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 source $S2 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
		mgroup from r0 group $G2
	EOF
	start
	ctl_ok add r0 $S1 $G3 r2
	ctl_ok add r0 $S1 $G1 r2	# one more oif
	ctl_ok add r0 $GNET r2
	ctl_ok remove r0 $S2 $G1	# of the file
	ctl_ok remove r0 $G2
	ctl_ok join r1 $G3
	ctl_ok join r1 $S1 $GSSM
	ctl_ok leave r0 $G2		# of the file
	ctl_ok add r0 $S3 $G3 r1
	ctl_ok remove r0 $S3 $G3
	ctl_ok add r9 $S3 $G3 r1	# there is no r9
	ctl_ok join r2 $G1
	ctl_ok leave r2 $G1
	expect_learned r0 $S2 $GIN1 r2
	ctl show routes >before && ctl show groups >>before &&
	    ctl show pending >>before || fail "show"
	replace engine
	_kept
	replace engine
	_kept
	ctl_ok remove r0 $S1 $G3
	replace engine
	expect_no_route $S1 $G3
	# A reload ends the changes by smcroutectl, and they do not come back.
	ctl_ok reload
	_as_in_file
	replace engine
	_as_in_file
}

_kept()
{
	ctl show routes >after && ctl show groups >>after &&
	    ctl show pending >>after || fail "show"
	sort before >before.sorted
	sort after >after.sorted
	cmp -s before.sorted after.sorted ||
	    fail "changed: $(diff before.sorted after.sorted)"
	expect_mfc $S1 $G3 r0 r2
	expect_mfc $S1 $G1 r0 r1 r2
	expect_mfc $S2 $GIN1 r0 r2
	expect_no_route $S2 $G1
	expect_stream r0 $S2 $GIN1 r2
	expect_join r0 $G1
	expect_join r1 $G3
	expect_join r1 $S1 $GSSM
	expect_no_join r0 $G2
	expect_no_join r2 $G1
}

_as_in_file()
{
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S2 $G1 r0 r1
	expect_no_route $S1 $G3
	expect_join r0 $G1
	expect_join r0 $G2
	expect_no_join r1 $G3
}

# Additions and removals of 128 KiB: more than the journal keeps without
# compacting it.
case_one runtime_churn "... however often it was changed"
runtime_churn()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	awk -v g=$G2 -v s=$S1 -v own=$G1 'BEGIN {
		for (i = 0; i < 3000; i++) {
			print "add r0", "10.9." int(i / 250) "." i % 250, g, "r1"
			print "remove r0", "10.9." int(i / 250) "." i % 250, g
			print "remove r0", s, own
			print "add r0", s, own, "r1"
		}
		print "add r0 10.8.0.1", g, "r1"
		print "remove r0", s, own
	}' </dev/null >in
	ctl -b <in || fail "batch"
	replace engine
	expect_mfc 10.8.0.1 $G2 r0 r1
	expect_no_route $S1 $G1
	[ "$(mfc_count)" -eq 1 ] || fail "$(mfc_count) entries, not 1"
}

case_both no_leave "the network hears of no leave when an engine dies"
no_leave()
{
	local n=0

	topology 2
	conf <<-EOF
		mgroup from r0 group $G1
		mgroup from r0 source $S1 group $GSSM
	EOF
	reports_start r0
	start
	ctl_ok join r0 $G2
	must_come grep -qx "join $G1" reports
	must_come grep -qx "join $G2" reports
	must_come grep -qx "join $GSSM" reports
	while [ $n -lt 3 ]; do
		replace engine
		expect_join r0 $G1
		n=$((n + 1))
	done
	# The sockets of earlier engines are closed: otherwise the kernel would
	# send no leave here.
	ctl_ok leave r0 $G1
	must_come grep -qx "leave $G1" reports
	grep leave reports | grep -vx "leave $G1" >wrong &&
	    fail "heard: $(cat wrong)"
	ctl_ok leave r0 $S1 $GSSM
	must_come grep -qx "leave $GSSM" reports
	stop
	must_come grep -qx "leave $G2" reports
}

case_one engine_stopped "an engine that no longer answers is replaced"
engine_stopped()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
	start
	ctl_ok add r0 $S2 $G1 r2
	count_start
	stream_start -r 5000 r0 $S1 $G1
	kill_role engine STOP
	send r0 $S3 $G2	# to be answered
	must_come replaced engine
	must_come ctl show >/dev/null
	stream_end
	must_come log_has 'engine does not answer'
	count_end r1="$sent"
	expect_mfc $S2 $G1 r0 r2
	expect_learned r0 $S3 $G2 r1
}

case_one control_stopped "a control process that no longer answers is replaced"
control_stopped()
{
	topology 2
	conf </dev/null
	start
	kill_role control STOP
	# a request, so that the parent asks for a sign of life
	ctl show >late 2>&1 &
	note_pid $!
	must_come replaced control
	must_come ctl show >/dev/null
	log_has 'control does not answer' || fail "$(cat "$D.log")"
}

case_one alive_and_busy "a child that answers late is not replaced"
alive_and_busy()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $G2 to r1
	EOF
	start -l debug
	before=$(role engine)
	kill_role engine STOP
	send r0 $S1 $G1
	must_come log_has 'engine: no answer'
	kill -CONT "$victim"
	wait_mfc $S1 $G1 r0
	must_come ctl show >/dev/null
	[ "$(role engine)" = "$before" ] || fail "it was replaced"
}

# Each piece of 64 KiB that the engine reads of the file takes a second.
case_one slow_load "an engine whose first load takes long is not replaced"
slow_load()
{
	local pieces=20

	need strace
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start -l debug
	yes "$(printf '#%62s' '')" | head -n $((pieces * 1024)) >>"$D.conf"
	echo "mroute from r0 source $S2 group $G1 to r1" >>"$D.conf"
	trace_start "$(nursery engine)" pread64 -f \
	    -e inject=pread64:delay_enter=1000000
	kill_role engine
	must_come replaced engine
	loader=$(role engine)
	must_come has_mfc $S2 $G1 r0 r1
	trace_end
	[ "$(grep -c "^$loader .*DELAYED" trace)" -ge $pieces ] ||
	    fail "the load was not slow: $(cat trace)"
	log_has 'engine: no answer' || fail "it was not asked"
	[ "$(role engine)" = "$loader" ] || fail "it was replaced"
	[ "$(grep -c 'engine.* ended by' "$D.log")" -eq 1 ] ||
	    fail "$(cat "$D.log")"
}

# The file has three pieces of 64 KiB, of which the engine reads one a second.
case_one half_file "a new engine reads a file that is written to: no route goes"
half_file()
{
	local loader

	need strace
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		$(yes "$(printf '#%62s' '')" | head -n 2048)
		mroute from r0 source $S2 group $G1 to r1
	EOF
	start
	cp "$D.conf" whole
	trace_start "$(nursery engine)" pread64 -f \
	    -e inject=pread64:delay_enter=1000000
	count_start
	stream_start -r 1000 r0 $S2 $G1
	kill_role engine
	must_come replaced engine
	loader=$(role engine)
	must_come grep -q "^$loader .*DELAYED" trace
	: >"$D.conf"
	must_come log_has "$D.conf: changed while it was read"
	cat whole >"$D.conf"
	must_come log_has "engine $loader ended by exit 71"
	trace_end
	must_come ctl show >/dev/null
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S2 $G1 r0 r1
	stream_end
	count_end r1="$sent"
}

case_one nurseries "a nursery that is killed: its child goes on, once"
nurseries()
{
	local engine control r

	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
	start
	engine=$(role engine)
	control=$(role control)
	expect_learned r0 $S2 $G2 r1
	count_start
	stream_start -r 5000 r0 $S1 $G1
	for r in engine control; do
		kill -9 "$(nursery $r)"
		must_come log_has "nursery of $r"
		ctl_ok reload
		ctl_ok add r0 $S1 $G3 r1
		alive "$engine" && alive "$control" || fail "$r went with it"
	done
	stream_end
	count_end r1="$sent"
	expect_mfc $S1 $G3 r0 r1
	expect_learned r0 $S3 $G2 r1
	# No nursery can start another engine, so the daemon ends.
	kill -9 "$engine"
	ended 70
	log_has 'no engine' || fail "$(cat "$D.log")"
	must_come gone "$control"
}

# A stream of 1,000 flows goes on while engines are killed at many moments.  The
# configuration has so many rules that a reload takes a while.
case_one many "1,000 learned flows and routes lose nothing, whenever it dies"
many()
{
	local attempts=0 n

	topology 4
	{
		echo "mroute from r0 group $G2 to r1"
		echo "mroute from r2 group $G3 to r3"
		_sources 10.5 225.7.7.7 1000
		awk 'BEGIN { for (i = 0; i < 300000; i++)
			printf "mroute from r0 group 226.%d.%d.%d to r3\n",
			    i / 65536, i / 256 % 256, i % 256
		}' </dev/null
	} | conf
	start
	_batch
	expect_stream -c 1 -S 1000 r0 $S1 $G2 r1
	must_come has_entries 3000
	count_start
	stream_start -r 10000 -S 1000 r0 $S1 $G2
	kill_role engine
	_next_engine
	_in_reload			# reading: it has not begun
	kill -9 "$victim"
	_next_engine
	must_come _has_of $((attempts * 5000)) 225.7.7.9
	_has_of 1000 225.7.7.8 || fail "lost what smcroutectl had added"
	# Until the reload is in force, what smcroutectl has added stays.
	_in_reload
	must_come _rests "$(daemon_pid)"
	kill -STOP "$(daemon_pid)"
	kill -CONT "$victim"
	must_come _rests "$victim"
	! renewed || fail "nobody was there to renew it"
	kill -9 "$victim"
	_next_engine
	must_come _has_of $((attempts * 5000)) 225.7.7.9
	_has_of 1000 225.7.7.8 || fail "lost what smcroutectl had added"
	hup				# and ends with the next reload
	must_come _has_of 0 225.7.7.8
	_batch
	_in_burst
	_next_engine
	kill_role control
	kill_role engine
	_next_engine
	stream_end
	count_end r1="$sent" r3=any
	_has_of 1000 225.7.7.7 || fail "lost routes of the file"
	_has_of 1000 225.7.7.8 || fail "lost what smcroutectl has added"
	_has_of $((attempts * 5000)) 225.7.7.9 || fail "lost what was loaded"
	for n in 0 999; do
		[ "$(kernel_mfc_packets "$R" $FAM "$(addr_nth $S1 $n)" $G2)" \
		    -eq $((1 + (sent + 999 - n) / 1000)) ] ||
			fail "learned flow $n of $sent packets counts anew"
	done
	expect_learned r0 $X1 $G2 r1
	expect_learned r2 $X1 $G3 r3
}

_sources() # NET GROUP N: routes
{
	awk -v net="$1" -v g="$2" -v n="$3" 'BEGIN { for (i = 0; i < n; i++)
		printf "mroute from r0 source %s.%d.%d group %s to r3\n",
		    net, i / 250, i % 250, g
	}' </dev/null
}

_batch()
{
	awk 'BEGIN { for (i = 0; i < 1000; i++)
		printf "add r0 10.6.%d.%d 225.7.7.8 r3\n", i / 250, i % 250
	}' </dev/null | ctl -b || fail "batch"
}

_next_engine()
{
	kill -CONT "$(daemon_pid)"
	must_come replaced engine
	must_come ctl show interfaces >/dev/null
}

_entries() # GROUP: those that lead anywhere
{
	mfc | grep -c " $1 [^ ]* "
}

_has_of() # N GROUP
{
	[ "$(_entries "$2")" -eq "$1" ]
}

# Stops the engine while it reads 5,000 new routes.
_in_reload()
{
	touch -t 200201010000 earlier
	while :; do
		attempts=$((attempts + 1))
		_sources 10.$((attempts + 10)) 225.7.7.9 5000 >>"$D.conf"
		touch -t 200101010000 "$D.pid"
		victim=$(role engine)
		kill -HUP "$(daemon_pid)"
		until _reads "$victim" || [ "$D.pid" -nt earlier ]; do
			kill -0 "$victim" || fail "the engine has ended"
		done
		kill -STOP "$victim"
		! _reads "$victim" || return 0
		# Too late: the reload is done, and has ended what smcroutectl
		# had added.
		kill -CONT "$victim"
		must_come renewed
		[ $attempts -lt 20 ] || fail "cannot be as fast as a reload"
		_batch
	done
}

# 1 when the process has the configuration open.  Starts no process, which would
# take as long as the engine needs to read the file.
_reads() # PID
{
	local fd

	for fd in "/proc/$1/fd"/*; do
		[ ! "$fd" -ef "$D.conf" ] || return 0
	done
	return 1
}

# The engine has read it all, and waits.
_rests() # PID
{
	! _reads "$1" && grep -q '^State:.S' "/proc/$1/status"
}

# Stops the engine when it has learned some of a burst of 2,000 flows.
_in_burst()
{
	local before=0 have

	while :; do
		"$TOOLS/mcsend" -n "$H" -S 2000 -r 2000 "$(host_of r2)" \
		    "10.8.$((before / 250)).0" $G3 >burst 2>&1 &
		burst=$!
		note_pid $burst
		must_come _has_more_than $before $G3
		kill_role engine STOP
		have=$(_entries $G3)
		[ "$have" -eq $((before + 2000)) ] || break
		# Too late: the engine has learned all of them.
		kill -CONT "$victim"
		before=$have
		[ $before -lt 20000 ] || fail "cannot be as fast as a burst"
	done
	kill -9 "$victim"
	wait $burst || fail "$(cat burst)"
}

_has_more_than() # N GROUP
{
	[ "$(_entries "$2")" -gt "$1" ]
}

# The kernel would report the flows again only after 10 seconds, and drop
# packets meanwhile.
case_both unanswered "flows that it has not answered are answered by the next"
unanswered()
{
	topology 2
	echo "mroute from r0 group $G2 to r1" | conf
	start
	kill_role engine STOP
	count_start
	send -c 2 -S 5 r0 $S1 $G2
	must_come _unresolved 5
	kill -9 "$victim"
	must_come _unresolved 0
	must_come has_entries 5
	count_end r1=10
}

# The engine got upcalls and was killed.  Rules take the flows in on two
# interfaces, so the next engine cannot infer the inbound interface from them.
_unanswered() # COMMAND that starts the daemon ...
{
	topology 3
	conf <<-EOF
		mroute from r0 group $G2 to r1
		mroute from r2 group $G2 to r1
	EOF
	"$@"
	count_start
	kill_role engine STOP
	send -c 2 -S 500 r0 $S1 $G2
	must_come _unresolved 500
	must_come _upcalls_are_read
}

# The parent has passed the upcalls on.
_upcalls_are_read()
{
	in_router cat /proc/net/raw /proc/net/raw6 |
	    awk '$2 ~ /:(0002|003A)$/ { split($5, q, ":")
		if (q[2] !~ /^0*$/) exit 1 }'
}

case_both unanswered_known "... with the packets that the kernel has queued"
unanswered_known()
{
	_unanswered start
	kill -9 "$victim"
	must_come _has_of 500 $G2
	count_end r1=1000
}

case_both unanswered_next "... and by the engine of the daemon that takes over"
unanswered_next()
{
	local last

	_unanswered start
	last=$(daemon_pid)
	launch -x
	must_come gone "$last"
	must_come _has_of 500 $G2
	count_end r1=1000
}

case_both unanswered_manager "... or that a service manager starts"
unanswered_manager()
{
	_unanswered _managed
	kill -9 "$(daemon_pid)"
	_next_life 2
	must_come _has_of 500 $G2
	count_end r1=1000
	kill $manager
	wait $manager || fail "the service ended with $?"
}

_unresolved() # N
{
	need_linux "flows that wait 10 s for an answer"
	[ "$(kernel_mfc_unresolved "$R" $FAM)" -eq "$1" ]
}

# A service manager that stores descriptors runs it.
_managed()
{
	need python3
	# shellcheck disable=SC2046
	$(ns_command "$R") python3 "$SRCDIR/service.py" "$W/manager" \
	    "$SMCROUTED" -n $(daemon_args) </dev/null >lives 2>>"$D.log" &
	manager=$!
	note_pid $manager
	_next_life 1
}

_next_life() # N
{
	must_come _lives "$1"
	eval "pid_$D=$(sed -n "${1}s/^started \([0-9]*\).*/\1/p" lives)"
	must_come _is_in_pid_file
}

_lives() # N
{
	[ "$(grep -c ^started lives)" -ge "$1" ]
}

_is_in_pid_file()
{
	[ "$(cat "$D.pid" 2>/dev/null)" = "$(daemon_pid)" ]
}

_no_leaves()
{
	! grep -q leave reports || fail "heard: $(grep leave reports)"
}

# Routes, flows and groups of the file and of smcroutectl, and a stream.
_much() # COMMAND that starts the daemon ...
{
	topology 3
	# a busy service manager, whose socket holds few messages
	in_router sysctl -qw net.unix.max_dgram_qlen=1
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
	EOF
	reports_start r0
	"$@"
	ctl_ok add r0 $S1 $G3 r2
	ctl_ok join r0 $G2
	must_come grep -qx "join $G2" reports
	expect_learned r0 $S2 $G2 r1
	count_start
	stream_start -r 10000 r0 $S2 $G2
}

_all_there()
{
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G3 r0 r2
	expect_mfc $S2 $G2 r0 r1
	expect_join r0 $G1
	expect_join r0 $G2
	[ "$(kernel_mfc_packets "$R" $FAM $S2 $G2)" -ge "$1" ] ||
	    fail "the learned flow counts anew"
	expect_learned r0 $X1 $G2 r1
	plug r5
	ctl_ok add r5 $S3 $G3 r1
	expect_stream r5 $S3 $G3 r1
	unplug r5
}

case_both parent_killed "a manager that stores descriptors: nothing is lost"
parent_killed()
{
	_much _managed
	kill -9 "$(daemon_pid)"
	_next_life 2
	must_come ctl show >/dev/null
	send r0 $S1 $G1
	stream_end
	count_end r1=$((sent + 1))
	_all_there "$sent"
	kill -9 "$(daemon_pid)"
	_next_life 3
	must_come ctl show >/dev/null
	_all_there "$sent"
	_no_leaves
	# each descriptor is stored once
	sed -n '3s/hold[^ ]*//gp' lives | tr ' ' '\n' | sort | uniq -d >twice
	! grep . twice || fail "stored twice: $(cat lives)"
	kill $manager
	wait $manager || fail "the service ended with $?"
}

case_one other_table "... but not when the table has changed"
other_table()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	need python3
	printf '#!/bin/sh\nexec %s "$@" $(cat %s)\n' "$SMCROUTED" \
	    "$W/options" >wrapper
	chmod 755 wrapper
	echo >options
	SMCROUTED=$W/wrapper _managed
	expect_mfc $S1 $G1 r0 r1
	echo -t 7 >options
	kill -9 "$(daemon_pid)"
	_next_life 2
	must_come ctl show >/dev/null
	[ "$(mfc_count)" -eq 0 ] || fail "table 0 still has $(mfc)"
	kill $manager
	wait $manager || fail "the service ended with $?"
}

# Starts a daemon that takes over, with the same files.
_next()
{
	last=$(daemon_pid)
	launch -x
}

# The executables of the next daemon are new files in the place of the old ones.
_next_upgraded()
{
	local libexec="${SMCROUTED%/sbin/*}/libexec/smcrouted"

	need unshare mount
	mkdir new
	cp "$SMCROUTED" "$libexec"/* new
	cat >wrapper <<-EOF
		#!/bin/sh
		exec unshare -m sh -c '
			mount --bind "$W/new" "$libexec" &&
			    exec "$W/new/smcrouted" "\$@"' sh "\$@"
	EOF
	chmod 755 wrapper
	SMCROUTED=$W/wrapper _next
}

_runs() # PID FILE
{
	[ "/proc/$1/exe" -ef "$2" ] ||
		fail "$1 runs $(readlink "/proc/$1/exe"), not $2"
}

case_both takes_over "-x: another daemon takes over, and nothing is lost"
takes_over()
{
	local next

	_much start
	for next in _next _next _next_upgraded; do
		$next
		must_come _is_in_pid_file
		wait $last || fail "the one before ended with $?"
		must_come ctl show >/dev/null
	done
	_runs "$(daemon_pid)" new/parent
	_runs "$(role engine)" new/engine
	_runs "$(role control)" new/control
	stream_end
	count_end r1="$sent"
	_all_there "$sent"
	_no_leaves
	stop
	[ ! -e "$D.sock" ] && [ ! -e "$D.pid" ] && [ ! -e "$D.sock.next" ] ||
	    fail "left: $(ls)"
	must_come grep -qx "leave $G2" reports
}

case_both takes_over_not "... and when the other one fails, the first goes on"
takes_over_not()
{
	_much start
	first=$(daemon_pid)
	_next_without_children
	kill -9 "$(daemon_pid)"
	eval "pid_$D=$first"
	must_come log_has 'does not do the work'
	must_come ctl show >/dev/null
	_is_in_pid_file || fail "$(cat "$D.pid") is in the pid file"
	stream_end
	count_end r1="$sent"
	_all_there "$sent"
	_no_leaves
	stop
}

case_one takes_over_hangs "... also when the other one hangs"
takes_over_hangs()
{
	local first next status=0

	_much start
	first=$(daemon_pid)
	_next_without_children
	next=$(daemon_pid)
	kill -STOP "$next"
	_let_them_go
	eval "pid_$D=$first"
	# The old daemon waits for half a minute, since a large configuration
	# may take that long.
	must_come log_has 'does not do the work'
	stream_end
	count_end r1="$sent"
	expect_learned r0 $X2 $G2 r1
	# a new daemon that wakes up too late ends
	kill -CONT "$next"
	must_come gone "$next"
	wait "$next" || status=$?
	[ $status -ne 0 ] && [ $status -lt 128 ] || fail "it ended with $status"
	must_come ctl show >/dev/null
	_is_in_pid_file || fail "$(cat "$D.pid") is in the pid file"
	_all_there "$sent"
	_no_leaves
	# and the next new daemon can take over
	_next
	must_come _is_in_pid_file
	wait $first || fail "the one before ended with $?"
	must_come ctl show >/dev/null
	_all_there "$sent"
	stop
}

# Starts a daemon that has little to hand over.
_first()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	first=$(daemon_pid)
}

case_one takes_over_ends "... also when the other one ends by itself"
takes_over_ends()
{
	local first status=0

	_first
	# the other daemon's engine does not come up
	_next_with /bin/false
	must_come gone "$(daemon_pid)"
	_goes_on "$first"
	# the other daemon gets SIGTERM
	_next_without_children
	kill -TERM "$(daemon_pid)"
	must_come gone "$(daemon_pid)"
	_goes_on "$first"
	# the directory of its pid file does not exist
	# shellcheck disable=SC2046
	in_router $LIMIT "$SMCROUTED" -n -x $(daemon_args) -P "$W/none/pid" \
	    </dev/null >>"$D.log" 2>&1 || status=$?
	[ $status -eq 71 ] || fail "status $status, not 71"
	_goes_on "$first"
	mkdir dir
	status=0
	# shellcheck disable=SC2046
	in_router $LIMIT "$SMCROUTED" -n -x $(daemon_args) -P "$W/dir" \
	    </dev/null >>"$D.log" 2>&1 || status=$?
	[ $status -eq 71 ] || fail "status $status, not 71"
	_goes_on "$first"
	_next
	must_come _is_in_pid_file
	wait "$first" || fail "the one before ended with $?"
	must_come ctl show >/dev/null
	stop
}

# The first daemon does the work, and can still be taken over from.
_goes_on() # PID
{
	eval "pid_$D=$1"
	must_come log_has 'does not do the work'
	daemon_alive
	must_come ctl show >/dev/null
	expect_mfc $S1 $G1 r0 r1
	_is_in_pid_file || fail "$(cat "$D.pid") is in the pid file"
	[ -S "$D.sock.next" ] || fail "the next one has nowhere to ask"
	: >"$D.log"
}

case_one taken_over_dies "... and when the first one dies meanwhile, it goes on"
taken_over_dies() { _taken_over_and KILL; }

case_one taken_over_ends "... or is told to end"
taken_over_ends() { _taken_over_and TERM; }

_taken_over_and() # SIGNAL
{
	local first

	_first
	_next_without_children
	kill -"$1" "$first"
	must_come gone "$first"
	_let_them_go
	must_come ctl show >/dev/null
	daemon_alive
	log_has 'before this has died' || fail "$(cat "$D.log")"
	expect_mfc $S1 $G1 r0 r1
	stop
}

_let_them_go()
{
	echo go >gate
}

case_one taken_over_bare "... or loses a nursery"
taken_over_bare()
{
	local first nursery

	_first
	nursery=$(nursery engine)
	_next_without_children
	kill -9 "$nursery"
	must_come log_has 'nursery of engine: end of file'
	_let_them_go
	must_come _is_in_pid_file
	must_come gone "$first"
	must_come ctl show >/dev/null
	expect_mfc $S1 $G1 r0 r1
	stop
}

case_one taken_over_stopped "... or is stopped, and wakes up"
taken_over_stopped()
{
	local first

	_first
	_next_without_children
	kill -STOP "$first"
	_let_them_go
	must_come gone "$(daemon_pid)"
	kill -CONT "$first"
	_goes_on "$first"
	stop
}

case_one takes_many "... with more sockets than a process is given at first"
takes_many()
{
	local first

	need_linux "namespaces"
	need prlimit
	topology 2
	in_router sysctl -qw net.ipv4.igmp_max_memberships=1
	conf <<-EOF
		mgroup from r0 group 225.16.0.0/21
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	must_come _has_joined 2048
	first=$(daemon_pid)
	ulimit -S -n 1024
	_next
	must_come _is_in_pid_file
	wait "$first" || fail "the one before ended with $?"
	must_come ctl show >/dev/null
	stop
}

_has_joined() # N
{
	[ "$(join_count r0)" -ge "$1" ]
}

# Starts a daemon that takes over, with FILE in the place of its engine.
_next_with() # FILE
{
	need unshare mount
	cat >wrapper <<-EOF
		#!/bin/sh
		exec unshare -m sh -c '
			mount --bind "$1" "$(_libexec)/engine" &&
			    exec "$SMCROUTED" "\$@"' sh "\$@"
	EOF
	chmod 755 wrapper
	SMCROUTED=$W/wrapper _next
}

_libexec()
{
	echo "${SMCROUTED%/sbin/*}/libexec/smcrouted"
}

# Starts a daemon that takes everything over.  Its engine does not begin before
# _let_them_go.
_next_without_children()
{
	[ -p gate ] || mkfifo gate
	mkdir -p real
	cp "$(_libexec)/engine" real
	cat >waiting <<-EOF
		#!/bin/sh
		echo waits >$W/waits
		read -r go <$W/gate
		exec $W/real/engine "\$@"
	EOF
	chmod 755 waiting
	rm -f waits
	_next_with "$W/waiting"
	must_come test -s waits
	log_has 'handing over' || fail "$(cat "$D.log")"
}

case_one takes_nothing "... and when there is none, it starts as ever"
takes_nothing()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start -x
	log_has 'nothing to take over' || fail "$(cat "$D.log")"
	expect_mfc $S1 $G1 r0 r1
	stop
}

case_one only_from_root "nor is anything taken from a process that is not root's"
only_from_root()
{
	topology 2
	need python3
	scratch
	chmod 777 "$W"
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	python3 - "$W/$D.sock.next" "$(id -u nobody)" >served 2>&1 <<-'EOF' &
		import os, socket, sys
		os.setgroups([])
		os.setuid(int(sys.argv[2]))
		s = socket.socket(socket.AF_UNIX)
		s.bind(sys.argv[1])
		s.listen()
		c, _ = s.accept()
		c.settimeout(120)
		try:
		    print("asked", c.recv(64), flush=True)
		except ConnectionError:
		    print("left alone", flush=True)
	EOF
	note_pid $!
	must_come test -S "$W/$D.sock.next"
	launch -x
	must_come grep -q . served
	grep -q "asked b''" served || grep -q 'left alone' served ||
	    fail "$(cat served)"
}

case_one only_root "only root may take over"
only_root()
{
	topology 2
	need python3
	scratch
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start -p "$SMCROUTE_USER"
	for user in "$SMCROUTE_USER" nobody; do
		python3 - "$W/$D.sock.next" "$(id -u $user)" "$(id -g $user)" \
		    >out 2>&1 <<-'EOF' || fail "$user: $(cat out)"
			import os, socket, struct, sys
			os.chmod(sys.argv[1], 0o666)
			os.setgroups([])
			os.setgid(int(sys.argv[3]))
			os.setuid(int(sys.argv[2]))
			s = socket.socket(socket.AF_UNIX)
			s.connect(sys.argv[1])
			s.settimeout(120)
			try:
			    s.sendall(struct.pack("=IIIII", 1, 20, 0, 0, 3))
			    told, fds, _, _ = socket.recv_fds(s, 4096, 16)
			except ConnectionError:
			    told = fds = None
			assert not told and not fds, (told, fds)
		EOF
	done
	log_has 'handing over' && fail "it hands over"
	expect_mfc $S1 $G1 r0 r1
}

case_one nursery_dead "without a nursery the daemon ends when one is needed"
nursery_dead()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $G2 to r1
	EOF
	start
	engine=$(role engine)
	kill -9 "$(nursery engine)"
	must_come log_has 'nursery of engine'
	expect_learned r0 $S1 $G2 r1
	kill -STOP "$engine"
	note_pid "$engine"
	send r0 $S3 $G2
	must_come gone "$(daemon_pid)"
	log_has 'no engine' || fail "$(cat "$D.log")"
}

case_one nursery_dead_taken "... and another can take over from it"
nursery_dead_taken()
{
	_first
	kill -9 "$(nursery engine)"
	must_come log_has 'nursery of engine'
	_next
	must_come _is_in_pid_file
	must_come gone "$first"
	must_come ctl show >/dev/null
	expect_mfc $S1 $G1 r0 r1
	stop
}

case_one nursery_stopped "a nursery that does not answer counts as dead"
nursery_stopped()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $G2 to r1
	EOF
	start
	nursery=$(nursery engine)
	kill -STOP "$nursery"
	note_pid "$nursery"
	kill_role engine
	must_come gone "$(daemon_pid)"
	log_has 'nursery of engine: no answer' || fail "$(cat "$D.log")"
}

case_one unread "a child is not blamed for a pipe that the other left unread"
unread()
{
	topology 2
	awk 'BEGIN {
		for (i = 0; i < 20000; i++)
			printf "mroute from r0 source 10.1.%d.%d group" \
			    " 225.1.1.1 to r1\n", i / 250, i % 250
	}' >"$D.conf"
	start
	control=$(role control)
	kill_role engine STOP
	ctl show >late 2>&1 &
	client=$!
	note_pid $client
	must_come _queued_for "$victim"
	kill -9 "$victim"
	must_come replaced engine
	wait $client || fail "it did not ask the next one: $(cat late)"
	[ "$(role control)" = "$control" ] || fail "control has died, too"
	for i in 1 2 3 4 5; do
		kill_role control STOP
		for n in 1 2 3 4 5 6; do
			ctl show >/dev/null 2>&1 &
			note_pid $!
		done
		kill -CONT "$victim"
		kill -9 "$victim"
		must_come replaced control
		must_come ctl show interfaces >/dev/null
	done
	! log_has 'broken the' || fail "$(cat "$D.log")"
}

# The other child has sent a message to it.
_queued_for() # PID
{
	python3 - "$1" <<-'EOF'
		import array, ctypes, fcntl, os, sys, termios
		libc = ctypes.CDLL(None)
		pid = int(sys.argv[1])
		pfd = os.pidfd_open(pid)
		for f in os.listdir(f"/proc/{pid}/fd"):
		    if not os.readlink(f"/proc/{pid}/fd/{f}").startswith("socket"):
		        continue
		    fd = libc.syscall(438, pfd, int(f), 0)
		    n = array.array("i", [0])
		    try:
		        fcntl.ioctl(fd, termios.FIONREAD, n)
		    except OSError:
		        continue
		    if n[0]:
		        sys.exit(0)
		sys.exit(1)
	EOF
}

case_one many_routes "a new engine knows each of half a million routes"
many_routes()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start -l info
	expect_learned r0 $S1 $G1 r1
	mkdir d
	awk 'BEGIN { for (i = 0; i < 450000; i++) {
		file = sprintf("d/%03d.conf", i / 2250)
		if (i % 2250 == 0 && i > 0)
			close(last)
		printf "mroute from r0 source 10.%d.%d.%d group 232.1.1.1 to r1\n",
		    100 + i / 65536, i / 256 % 256, i % 256 >file
		last = file } }' </dev/null
	echo "include d/*.conf" >>$D.conf
	must_come ctl reload
	ctl_ok add r0 $S3 $G2 r1
	# a route that no file has any more when the next engine reads them is
	# deleted
	edit d/000.conf '1001,$d'
	rm d/001.conf
	count_start
	stream_start -r 1000 r0 $S1 $G1
	kill_role engine
	send r0 $S2 $G1 # an answer that the dead one owes
	must_come replaced engine
	must_come ctl show >shown 2>&1
	log_has '45[0-9]* entries of the previous engine' ||
		fail "$(cat $D.log)"
	stream_end
	count_end r1=any
	grep -q "^$(host_of r1) $S1 $G1 $sent\$" counted ||
	    fail "not all $sent: $(cat counted)"
	! grep -q 'does not answer' $D.log || fail "$(cat $D.log)"
	! grep -q 'make room' shown || fail "$(cat shown)"
	# the flows are adopted, not learned anew
	ctl_shows "\($S1, $G1\) +r0 +$((sent + 104)) " -p show routes -d
	grep -q "($S2, $G1) " ctl.out || fail "$S2 was not answered"
	# each route and its entry
	n=$(grep -c '232\.1\.1\.1.* r1 *$' ctl.out)
	[ "$n" -eq $((2 * (450000 - 1250 - 2250))) ] || fail "$n lines"
	# what smcroutectl has added, too
	n=$(grep -c "($S3, $G2) .* r1 *\$" ctl.out)
	[ "$n" -eq 2 ] || fail "$n lines of the route that was added"
}

case_both untouched "a new engine writes no entry that the kernel has right"
untouched()
{
	need strace
	topology 4
	conf <<-EOF
		phyint r1 ttl-threshold 3
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1
		mroute from r0 group $G3 to r2 kernel
	EOF
	start -l info
	expect_stream -c 4 -t 9 r0 $S2 $G2 r1
	expect_stopped r0 $S3 $GOUT
	_writes_nothing $S1
	# With so many entries the engine does not read the kernel's list.
	_sources 10.5 225.7.7.7 25000 >>"$D.conf"
	ctl_ok reload
	_writes_nothing $S2
	log_has "2500[0-9] entries of the previous engine" ||
		fail "$(cat "$D.log")"
}

# The route that is added shows that there is a trace.
_writes_nothing() # SRC
{
	trace_start "$(daemon_pid)" setsockopt
	replace engine
	ctl_ok reload
	ctl_ok add r0 "$1" $GSSM r1
	trace_end
	[ "$(grep -c setsockopt trace)" -eq 1 ] || fail "$(cat trace)"
}

case_one closed "... not even one that leads where no packet passes"
closed()
{
	need strace
	topology 2
	conf <<-EOF
		phyint r1 ttl-threshold 255
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	_writes_nothing $S2
}

case_one forgotten "... and deletes those of routes that are gone from the file"
forgotten()
{
	local n

	topology 4
	conf </dev/null
	start -c 0 -l info
	for n in 500 25000; do
		_sources 10.5 225.7.7.7 $n | conf
		ctl_ok reload
		must_come has_entries $n
		_sources 10.5 225.7.7.7 $((n / 2)) | conf
		kill_role engine
		must_come replaced engine
		must_come ctl show >shown 2>&1
		! grep 'wait for interfaces' shown || fail "$(cat shown)"
		must_come has_entries $((n / 2))
	done
}

# The kernel's list tells a new engine what the table does not.
case_one lacking "... and adds what the kernel has lost"
lacking()
{
	need python3
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 source $S2 group $G1 to r1
	EOF
	start
	in_router python3 "$SRCDIR/unroute.py" $S1 $G1 || fail "unroute"
	expect_no_mfc $S1 $G1
	replace engine
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S2 $G1 r0 r1
}

case_one threshold "... but for one whose threshold is another now"
threshold()
{
	local n=0 ttl

	topology 2
	for ttl in 3 4 5 1; do
		{
			_sources 10.5 225.7.7.7 $n
			echo "phyint r1 ttl-threshold $ttl"
			echo "mroute from r0 source $S1 group $G1 to r1"
		} | conf
		if [ $ttl -eq 3 ]; then start -l info; else replace engine; fi
		expect_mfc $S1 $G1 r0 "r1$(_over $ttl)"
		[ $ttl -ne 4 ] || n=25000
	done
	log_has "2500[0-9] entries of the previous engine" ||
		fail "$(cat "$D.log")"
}

# As expect_mfc wants it: nothing for a threshold of 1.
_over() # TTL
{
	[ "$1" -eq 1 ] || echo "/$1"
}

case_one attendant "the waiting command, when it is stopped, stops nothing"
attendant()
{
	local p

	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	launch -d 2
	must_come _has_attendant
	kill -STOP "$attendant"
	must_come log_has 'nobody writes'
	expect_learned r0 $S1 $G1 r1
	kill -CONT "$attendant"
	daemon_alive
}

_has_attendant()
{
	for attendant in $(children "$(daemon_pid)"); do
		[ "$(executable_of "$attendant")" -ef "$SMCROUTED" ] || continue
		note_pid "$attendant"
		return 0
	done
	return 1
}
