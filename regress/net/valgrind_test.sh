#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Each process runs under valgrind from start to end, and has no leak and no
# invalid access.

# shellcheck shell=sh disable=SC3043,SC2086,SC2119,SC2154

. "$(atf_get_srcdir)/lib.sh"

KINDS=definite,indirect,possible
MEMCHECK="valgrind --vgdb=no --leak-check=full --show-leak-kinds=$KINDS \
    --errors-for-leak-kinds=$KINDS"

# Makes scripts that replace the programs of these roles, or all programs; only
# the daemon sees those of the roles.  valgrind writes to a pipe, because the
# roles may not write to files.
_watch() # [ROLE ...]
{
	local r libexec="${SMCROUTED%/sbin/*}/libexec/smcrouted"

	need valgrind unshare
	need_tool valgrind_start
	valgrind -q true 2>why || atf_skip "valgrind: $(head -n 1 why)"
	: >ended
	mkfifo said
	cat said >said.log &
	listener=$!
	note_pid $listener
	exec 8>said	# it has not ended before the first has spoken
	cp "$SMCROUTED" start
	for r in ${*:-engine control parent start}; do
		_script $r <<-EOF
			$(_limit $r)
			exec $MEMCHECK --log-file="$W/said" \
			    "$TOOLS/valgrind_$r" "\$@"
		EOF
	done
	_script inside <<-EOF
		for r in engine control parent; do
			[ ! -e "$W/\$r" ] ||
			    mount --bind "$W/\$r" "$libexec/\$r" || exit 1
		done
		exec "$W/start" "\$@" 8>&-
	EOF
	_script smcrouted <<-EOF
		exec unshare -m "$W/inside" "\$@"
	EOF
	_script smcroutectl <<-EOF
		exec $MEMCHECK -q --log-file="$W/memcheck.%p" "$SMCROUTECTL" \
		    "\$@" 8>&-
	EOF
	SMCROUTED=$W/smcrouted
	SMCROUTECTL=$W/smcroutectl
}

# The limits that each process sets for itself, and valgrind adds to: it refuses
# to change a hard limit.
_limit() # ROLE
{
	local n

	case $1 in
	control) n=128 ;;
	engine)	n=12288 ;;
	*)	n=32768 ;;
	esac
	echo "ulimit -Sn 100 && ulimit -Hn $((n + 12)) && ulimit -Sn $n"
}

_script() # NAME <text
{
	rm -f "$1"
	{ echo '#!/bin/sh' && cat; } >"$1"
	chmod 755 "$1"
}

# Replaces the function of lib.sh: the executable is valgrind's.
_role() # NAME
{
	local pid

	for pid in $(daemon_pids); do
		case $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") in
		*"/valgrind_$1 "*) echo "$pid" ;;
		esac
	done
}

_watched() # PID
{
	case $(readlink "/proc/$1/exe") in
	*/memcheck-* | */lackey-*) ;;
	*) return 1 ;;
	esac
}

# Lets each process finish valgrind's report, for which a nursery would not
# wait.
_stop()
{
	local pid nurseries

	nurseries="$(nursery engine) $(nursery control)"
	for pid in $(daemon_pids); do
		! _watched "$pid" || echo "$pid" >>ended
	done
	kill -STOP $nurseries
	kill "$(daemon_pid)"
	while read -r pid; do
		case " $nurseries " in
		*" $pid "*) ;;
		*) must_come gone "$pid" ;;
		esac
	done <ended
	kill -CONT $nurseries
	ended
}

# valgrind has reported no error, and so many processes have reported.
_expect_clean() # N
{
	local pid

	exec 8>&-
	wait_for gone $listener || fail "a process is left"
	pid=$(sed -n '/ERROR SUMMARY: [1-9]/{s/^==\([0-9]*\).*/\1/p;q;}' said.log)
	[ -z "$pid" ] || fail "process $pid
$(grep "^==$pid==" said.log)"
	[ "$(grep -c 'ERROR SUMMARY: 0 ' said.log)" -ge "$1" ] ||
	    fail "not $1 processes
$(cat said.log)"
	while read -r pid; do
		grep -q "^==$pid== ERROR SUMMARY: 0 " said.log ||
		    fail "process $pid has not said anything
$(cat said.log)"
	done <ended
	cat memcheck.* >ctl.log 2>/dev/null
	[ ! -s ctl.log ] || fail "smcroutectl
$(cat ctl.log)"
}

case_one life "a short life of all processes"
life()
{
	local v6=2001:db8:1:1

	topology 3
	conf <<-EOF
		phyint r0 mrdisc
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 source $v6::1 group ff0e::1:1 to r1 r2
		mroute from r0 group $GNET to r+
		mroute from r0 group ff0e:3:3::/48 to r1
		mgroup from r0 group $G1
		mgroup from r0 source $v6::1 group ff3e::1:1
		mroute from r7 group $G3 to r1
		include $W/more*.conf
	EOF
	echo "mroute from r1 source $S1 group $G1 to r0" >more.conf
	_watch
	start -c 1 -e true
	echo "add, remove, join, leave"
	ctl_ok add r0 $S2 $G1 r1
	ctl_ok add r0 $S2 $G1 r2
	ctl_ok add r0 $v6::2 ff0e::1:1 r1
	ctl_ok add r0 $S3 $GNET r2
	ctl_ok remove r0 $S2 $G1 r2
	ctl_ok remove r0 $S1 $G1
	ctl_ok join r1 $G2
	ctl_ok join r1 $S1 $GSSM
	ctl_ok join r1 ff0e::1:2
	ctl_ok leave r1 $G2
	ctl_fails 1 . leave r1 $G3
	ctl_fails 64 . add r0
	echo "flows"
	expect_stream r0 $S2 $G1 r1
	send -c 4 r0 $S1 $GIN1
	wait_mfc $S1 $GIN1 r0 r1 r2
	send -c 4 r0 $S1 $G3
	wait_mfc $S1 $G3 r0
	ctl_status 0 show -d routes
	ctl_status 0 show -j groups
	ctl_status 0 show interfaces
	ctl_status 0 show pending
	wait_no_mfc $S1 $GIN1
	wait_no_mfc $S1 $G3
	send -c 4 r0 $S1 $GIN1
	wait_mfc $S1 $GIN1 r0 r1 r2
	ctl_ok flush
	echo "an interface that goes and returns"
	unplug r2
	must_come not has_vif r2
	plug r2
	wait_mfc $S2 $G1 r0 r1
	must_come has_vif r2
	echo "reload"
	echo "mroute from r0 group nonsense to r1" >more.conf
	ctl_fails 1 nonsense reload
	hup
	echo "mroute from r1 source $S2 group $G2 to r0" >more.conf
	ctl_ok reload
	expect_mfc $S2 $G2 r1 r0
	_stop
	_expect_clean 6
}

case_one next "... of an engine and a control process that come after others"
next()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $GNET to r1
	EOF
	_watch
	start
	ctl_ok add r0 $S2 $G1 r1
	ctl_ok join r0 $G1
	ctl_ok remove r0 $S1 $G1
	send -c 4 r0 $S1 $GIN1
	wait_mfc $S1 $GIN1 r0 r1
	for r in engine control; do
		replace $r
	done
	expect_mfc $S2 $G1 r0 r1
	expect_no_route $S1 $G1
	expect_join r0 $G1
	ctl_ok leave r0 $G1
	ctl_ok reload
	_stop
	_expect_clean 5
}

# Has smcroutectl leave so many groups, which the configuration has joined.
# Leaves the number of instructions of the engine's life in $cost.
_leave() # N
{
	local pid SMCROUTED="$SMCROUTED" ctl="$SMCROUTECTL" SMCROUTECTL

	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "mgroup from r0 group 226.7.%d.%d\n", i / 256, i % 256
	}' </dev/null | conf
	sed 's/mgroup from \(.*\) group/leave \1/' "$D.conf" >batch
	rm -f said start
	_watch engine
	SMCROUTECTL=$ctl
	start
	[ "$(join_count r0)" -eq "$1" ] || fail "$(join_count r0) joined"
	ctl -b <batch || fail "cannot leave"
	[ "$(join_count r0)" -eq 0 ] || fail "$(join_count r0) not left"
	pid=$(role engine)
	_stop
	exec 8>&-
	wait_for gone $listener || fail "a process is left"
	cost=$(sed -n "s/^==$pid== *guest instrs: *//p" said.log | tr -d ,)
	[ -n "$cost" ] || fail "$(cat said.log)"
}

case_one leaves "to leave one of 3,200 groups costs no more than one of 100"
leaves()
{
	local start few MEMCHECK='valgrind --vgdb=no --tool=lackey'

	need_linux "sysctl"
	topology 1
	in_router sysctl -q net.ipv4.igmp_max_memberships=4000
	_leave 0
	start=$cost
	_leave 100
	few=$(((cost - start) / 100))
	_leave 3200
	cost=$(((cost - start) / 3200))
	echo "$few and $cost instructions a group"
	[ "$few" -gt 0 ] && [ "$cost" -le $((few * 2)) ] ||
	    fail "$cost instructions for each of 3200, $few of 100"
}

case_one check "... of those that check a configuration"
check()
{
	_watch
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group nonsense to r1
	EOF
	$SMCROUTED -F $W/$D.conf >out 2>&1
	[ $? -eq 78 ] || fail "$(cat out)"
	_expect_clean 3
}

case_one takeover "... of one that takes over from another"
takeover()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
	EOF
	_watch
	start
	ctl_ok add r0 $S2 $G1 r1
	old=$(daemon_pid)
	start -x
	must_come gone $old
	must_come ctl show >ctl.out
	expect_mfc $S2 $G1 r0 r1
	_stop
	_expect_clean 8
}
