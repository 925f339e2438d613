#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The rights of each process: capabilities, user, root directory, descriptors,
# files, limits.  A process that takes the place of a killed one has no more.

. "$(atf_get_srcdir)/lib.sh"

_need_proc()
{
	[ -r /proc/self/status ] || atf_skip "no /proc"
	getent passwd "$SMCROUTE_USER" >/dev/null ||
	    atf_skip "no user $SMCROUTE_USER"
}

_field() # PID NAME
{
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr '\t' ' ' |
	    sed 's/ *$//'
}

_is() # PID NAME VALUE
{
	[ "$(_field "$1" "$2")" = "$3" ] || fail \
	    "$(_name "$1"): $2 is '$(_field "$1" "$2")', not '$3'"
}

_name() # PID
{
	basename "$(readlink "/proc/$1/exe")"
}

# No process holds any privilege.
_check_all()
{
	local pid n=0

	for pid in $(daemon_pids); do
		for c in CapInh CapPrm CapEff CapBnd CapAmb; do
			_is "$pid" $c 0000000000000000
		done
		_is "$pid" NoNewPrivs 1
		n=$((n + 1))
	done
	[ $n -ge 5 ] || fail "$n processes, not 5 or more"
}

# Engine and control, and the nurseries of both.
_check_roles()
{
	local uid gid name pid

	uid=$(id -u "$SMCROUTE_USER")
	gid=$(id -g "$SMCROUTE_USER")
	for name in engine control; do
		[ -n "$(role $name)" ] || fail "no process runs $name"
		[ "$(role $name)" != "$(nursery $name)" ] ||
			fail "$name has no nursery"
		for pid in $(_role $name); do
			_is "$pid" Uid "$uid $uid $uid $uid"
			_is "$pid" Gid "$gid $gid $gid $gid"
			[ "$(_field "$pid" Groups)" = "$gid" ] ||
				_is "$pid" Groups ""
			[ "$(readlink "/proc/$pid/root")" != / ] ||
				fail "$name: its root directory is /"
			[ -z "$(ls -A "/proc/$pid/root/")" ] || fail \
			    "$name: its root has $(ls -A "/proc/$pid/root/")"
			[ "$(stat -c %u:%a -L "/proc/$pid/root/.")" = 0:755 ] ||
			[ "$(stat -c %u:%a -L "/proc/$pid/root/.")" = 0:555 ] ||
			[ "$(stat -c %u:%a -L "/proc/$pid/root/.")" = 0:711 ] ||
			    fail "$name: its root may be written to:" \
			    "$(stat -c %u:%a -L "/proc/$pid/root/.")"
			[ "$(stat -c %d:%i -L "/proc/$pid/cwd/.")" = \
			    "$(stat -c %d:%i -L "/proc/$pid/root/.")" ] ||
			    fail "$name: its working directory is outside"
		done
	done
}

_conf()
{
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
	EOF
}

case_one root "no capability anywhere, children in an empty root"
root()
{
	_need_proc
	topology 2
	_conf
	start
	_check_all
	_check_roles
	_is "$(daemon_pid)" Uid "0 0 0 0"
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S2 $G2 r1
	ctl_ok reload
	ctl_ok add r0 $S1 $G3 r1
	_check_all
}

case_one user "... also with -p, and the parent is that user"
user()
{
	local uid gid

	_need_proc
	topology 2
	scratch
	_conf
	start -p nobody:daemon
	_check_all
	_check_roles
	uid=$(id -u nobody)
	gid=$(getent group daemon | cut -d: -f3)
	_is "$(daemon_pid)" Uid "$uid $uid $uid $uid"
	_is "$(daemon_pid)" Gid "$gid $gid $gid $gid"
	[ "$(_field "$(daemon_pid)" Groups)" = "$gid" ] ||
		_is "$(daemon_pid)" Groups ""
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S2 $G2 r1
	ctl_ok reload
	ctl_ok add r0 $S1 $G3 r1
	expect_mfc $S1 $G3 r0 r1
	stop
}

case_one user_group "-p USER alone takes the group of the user"
user_group()
{
	local uid gid

	_need_proc
	topology 2
	scratch
	_conf
	start -p nobody
	uid=$(id -u nobody)
	gid=$(id -g nobody)
	_is "$(daemon_pid)" Uid "$uid $uid $uid $uid"
	_is "$(daemon_pid)" Gid "$gid $gid $gid $gid"
	_check_all
}

case_one caller_groups "groups of the caller are left behind"
caller_groups()
{
	need_linux "namespaces"
	_need_proc
	need setpriv
	topology 2
	_conf
	# shellcheck disable=SC2046
	$(ns_command "$R") setpriv --groups 1,2,3 "$SMCROUTED" -n \
	    $(daemon_args) </dev/null >>"$D.log" 2>&1 &
	pid_d=$!
	note_pid $!
	wait_for started || fail "the daemon did not come up"
	daemon_alive
	_check_all
	_check_roles
	case $(_field "$(daemon_pid)" Groups) in
	''|0) ;;
	*)	fail "the parent keeps $(_field "$(daemon_pid)" Groups)" ;;
	esac
}

case_one background "... in the background, too"
background()
{
	_need_proc
	topology 2
	_conf
	# shellcheck disable=SC2046
	in_router "$SMCROUTED" $(daemon_args) </dev/null >>$D.log 2>&1 ||
		fail "did not start"
	pid_d=$(cat $D.pid)
	note_pid "$pid_d"
	_check_all
	_check_roles
	expect_stream r0 $S1 $G1 r1
}

# The protocols of the raw sockets that a process holds, each once, in hex.
_raw() # PID
{
	local fds

	fds=$(readlink "/proc/$1/fd"/*)
	in_router cat /proc/net/raw /proc/net/raw6 |
	    awk '/^ *[0-9]+:/ { print substr($2, length($2) - 3), $10 }' |
	    while read -r protocol inode; do
		! echo "$fds" | grep -qxF "socket:[$inode]" || echo "$protocol"
	    done | sort -u | tr '\n' ' '
}

_has_raw() # PID PROTOCOLS
{
	[ "$(_raw "$1")" = "$2" ] || fail \
	    "$(_name "$1") has raw sockets of '$(_raw "$1")', not '$2'"
}

# A raw socket that can send any IGMP and ICMPv6 is given only to an engine that
# needs router discovery.  The raw socket of an experimental protocol can only
# read counters.
case_one descriptors "which process holds files and which raw sockets"
descriptors()
{
	local pid fd

	need_linux "/proc"
	_need_proc
	topology 2
	_conf
	start
	pid=$(role control)
	for fd in /proc/"$pid"/fd/*; do
		case $(readlink "$fd") in
		/dev/null|socket:*|anon_inode:*|pipe:*) ;;
		*)	sanitized || fail "control has $(readlink "$fd") open" ;;
		esac
	done
	_has_raw "$(daemon_pid)" "0002 003A "
	_has_raw "$(role control)" ""
	_has_raw "$(nursery control)" ""
	_has_raw "$(nursery engine)" "00FD "
	_has_raw "$(role engine)" "00FD "
	kill_role engine
	must_come replaced engine
	_has_raw "$(role engine)" "00FD "
	conf <<-EOF
		# phyint r0 mrdisc
		mroute from r0 source $S1 group $G1 to r1
	EOF
	ctl_ok reload
	_has_raw "$(role engine)" "00FD "
	conf <<-EOF
		phyint r0 mrdisc
	EOF
	ctl_ok reload
	_has_raw "$(role engine)" "0002 003A 00FD "
	ctl_ok reload
	kill_role engine
	must_come replaced engine
	ctl_ok reload
	_has_raw "$(role engine)" "0002 003A 00FD "
	_has_raw "$(nursery engine)" "00FD "
	_conf
	kill_role engine
	must_come replaced engine
	ctl_ok reload
	_has_raw "$(role engine)" "00FD "
}

case_one no_dump "no process of it can be traced by its own user"
no_dump()
{
	need_linux "/proc"
	_need_proc
	need setpriv
	topology 2
	_conf
	start
	for pid in $(role engine) $(role control); do
		! setpriv --reuid "$SMCROUTE_USER" --clear-groups \
		    --regid "$SMCROUTE_USER" \
		    cat "/proc/$pid/maps" >/dev/null 2>&1 ||
			fail "$(_name "$pid") is readable to its user"
	done
}

case_both engine_killed "an engine that is killed is replaced, no packet lost"
engine_killed()
{
	need_linux "/proc"
	topology 3
	_conf
	start
	expect_learned r0 $S2 $G2 r1
	expect_stopped r0 $S3 $G3
	count_start
	stream_start -r 5000 r0 $S1 $G1
	replace engine
	stream_end
	one=$sent
	stream_start -r 5000 r0 $S2 $G2
	replace engine
	stream_end
	count_end r1=$((one + sent))
	# The entries are the same ones as before, not new ones like them.
	[ "$(kernel_mfc_packets "$R" $FAM $S1 $G1)" -eq "$one" ] ||
		fail "the static route counts anew"
	[ "$(kernel_mfc_packets "$R" $FAM $S2 $G2)" -ge "$sent" ] ||
		fail "the learned flow counts anew"
	ctl_shows "^\($S2, $G2\) " -t show routes	# it knows of it
	# The new engine does its work.
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S2 $G2 r0 r1
	expect_learned r0 $X1 $G2 r1
	ctl_ok add r0 $S1 $G3 r2
	expect_mfc $S1 $G3 r0 r2
	must_come has_join r0 $G1
	plug r5
	ctl_ok add r5 $S1 $GSSM r1
	expect_stream r5 $S1 $GSSM r1
	[ "$(id -u "$SMCROUTE_USER")" = \
	    "$(stat -c %u "/proc/$(role engine)")" ] ||
		fail "the new engine is another user"
	_check_all
	_check_roles
	stop
}

case_both engine_changes "what happened while there was no engine is made up for"
engine_changes()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r5
		mroute from r0 group $G2 to r1 r5
	EOF
	start
	expect_learned r0 $S1 $G2 r1
	kill -STOP "$(nursery engine)"
	kill_role engine
	plug r5
	send -c 4 r0 $S2 $G2
	kill -CONT "$(nursery engine)"
	wait_mfc $S1 $G1 r0 r1 r5
	wait_mfc $S1 $G2 r0 r1 r5
	wait_mfc $S2 $G2 r0 r1 r5
	expect_stream r0 $S1 $G1 r1 r5
}

case_both control_killed "a control process that is killed is replaced"
control_killed()
{
	topology 2
	_conf
	start
	count_start
	stream_start -r 5000 r0 $S1 $G1
	replace control
	replace control
	stream_end
	count_end r1="$sent"
	ctl_ok add r0 $S1 $G3 r1
	expect_mfc $S1 $G3 r0 r1
	if [ -r /proc/self/status ]; then
		_check_all
		_check_roles
	fi
	stop
}

case_one parent_killed "nobody outlives the parent"
parent_killed()
{
	local pids p

	topology 2
	_conf
	start
	pids=$(daemon_pids)
	kill -9 "$(daemon_pid)"
	for p in $pids; do
		must_come gone "$p"
	done
	[ "$(mfc_count)" -eq 0 ] || fail "routes are left: $(mfc)"
}

case_one secret_config "a configuration that only root can read"
secret_config()
{
	topology 2
	_conf
	chmod 600 $D.conf
	start
	expect_mfc $S1 $G1 r0 r1
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r0 r1
	EOF
	ctl_status 0 reload
	expect_mfc $S1 $G1 r0 r0 r1
}

case_one landlock "the parent reads what is beside its files, and nothing else"
landlock()
{
	topology 2
	landlock_available || atf_skip "a kernel without Landlock"
	mkdir in out
	echo "mroute from r0 source $S1 group $G1 to r1" >out/a.conf
	echo "include in/*.conf" | conf
	start
	cp out/a.conf in/
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1
	# the file's own directory, and what is below it
	mkdir later
	cp out/a.conf later/
	echo "include later/a.conf" | conf
	ctl_ok reload
	echo "include /etc/passwd" | conf
	ctl_fails 1 'passwd.: permission denied' reload
	expect_mfc $S1 $G1 r0 r1
	stop
	# the directory of a file that was included at the start, also later
	mkdir "$W/../elsewhere" || fail "mkdir"
	echo "include $W/../elsewhere/*.conf" | conf
	start
	cp out/a.conf ../elsewhere/
	ctl_status 0 reload
	rm -r ../elsewhere
	expect_mfc $S1 $G1 r0 r1
}

case_one landlock_link "... and beside where a link leads, but not around that"
landlock_link()
{
	local far="$W/../far"

	topology 2
	landlock_available || atf_skip "a kernel without Landlock"
	mkdir -p "$far/conf" "$far/other" || fail "mkdir"
	echo "mroute from r0 source $S1 group $G1 to r1" >"$far/conf/a.conf"
	cp "$far/conf/a.conf" "$far/other/"
	ln -s "$far/conf/a.conf" link.conf
	echo "include link.conf" | conf
	start
	expect_mfc $S1 $G1 r0 r1
	cp "$far/conf/a.conf" "$far/conf/b.conf"
	echo "include $far/conf/b.conf" | conf
	ctl_ok reload
	echo "include $far/other/a.conf" | conf
	ctl_fails 1 'a.conf.: permission denied' reload
	rm -r "$far"
	expect_mfc $S1 $G1 r0 r1
}

case_one no_landlock "a kernel without Landlock: it runs, and says so"
no_landlock()
{
	topology 2
	_conf
	start_without landlock
	log_has 'kernel without Landlock' || fail "$(cat $D.log)"
	_check_roles
	expect_stream r0 $S1 $G1 r1
}

case_one no_seccomp "... without seccomp, too"
no_seccomp()
{
	topology 2
	_conf
	start_without seccomp
	log_has 'kernel without seccomp' || fail "$(cat $D.log)"
	expect_stream r0 $S1 $G1 r1
}

case_one no_filter "... but where a filter cannot be loaded it does not run"
no_filter()
{
	local status=0

	need_tool kernel_without
	topology 2
	_conf
	# shellcheck disable=SC2046
	in_router $LIMIT "$TOOLS/kernel_without" filters "$SMCROUTED" -n \
	    $(daemon_args) </dev/null >>$D.log 2>&1 || status=$?
	[ $status -eq 71 ] || fail "status $status, not 71: $(cat $D.log)"
	log_has 'cannot load the filter' || fail "$(cat $D.log)"
	[ ! -e $D.sock ] || fail "it has left its socket"
}

case_one limits "no file, no process, no core, and few descriptors"
limits()
{
	local p

	need_linux "/proc"
	topology 2
	conf </dev/null
	start
	for p in $(daemon_pids); do
		_limit_is "$p" 'core file size' 0
		[ "$p" = "$(daemon_pid)" ] || _limit_is "$p" 'file size' 0
	done
	for p in $(role engine) $(role control); do
		_limit_is "$p" processes 0
	done
	for p in $(_role control); do
		_files_at_most "$p" 128
	done
	for p in $(_role engine); do
		_files_at_most "$p" 12288
	done
	_files_at_most "$(daemon_pid)" 32768
}

_limit_is() # PID NAME N
{
	grep -qE "^Max $2 +$3 +$3 " "/proc/$1/limits" ||
		fail "$(_name "$1"): $(grep "^Max $2 " "/proc/$1/limits")"
}

_files_at_most() # PID N
{
	awk -v n="$2" '/^Max open files / { exit !($5 <= n) }' \
	    "/proc/$1/limits" || fail "$(_name "$1"): more than $2 files:" \
	    "$(grep '^Max open files ' "/proc/$1/limits")"
}

landlock_available()
{
	need python3
	python3 -c 'import ctypes
import sys
sys.exit(ctypes.CDLL(None).syscall(444, None, 0, 1) < 1)'
}
