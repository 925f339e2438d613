#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The command of -e: when the daemon runs it, with which arguments and rights,
# and what happens when the command fails or hangs.

. "$(atf_get_srcdir)/lib.sh"

# Makes a command that writes a line with its arguments and variables to $W/ran,
# and then does what the case adds.
_script() # <more
{
	{
		echo '#!/bin/sh'
		echo "echo \"\$* \$source \$group\" >>$W/ran"
		cat
	} >hook
	chmod 755 hook
	: >ran
}

# The command was run with exactly these arguments, in this order.
_ran() # LINE ...
{
	printf '%s\n' "$@" >want
	sed 's/ *$//' ran | cmp -s want -
}

_times() # N WHAT FILE: at least so often
{
	[ "$(grep -c "$2" "$3")" -ge "$1" ]
}

expect_ran() # LINE ...
{
	wait_for _ran "$@" || fail "ran:
$(cat ran)
and not: $*"
}

case_one reload "it is run with reload after the start and each reload"
reload()
{
	need_linux "ip(8)"
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	_script <<-EOF
		ip mroute >$W/seen
		ip -6 mroute >>$W/seen
	EOF
	start -e ./hook
	expect_ran reload
	hup
	expect_ran reload reload
	must_come grep -q "$G1" seen
	ctl_ok reload
	expect_ran reload reload reload
	echo nonsense | conf
	ctl_fails 1 nonsense reload
	echo | conf
	ctl_ok reload
	must_come _times 4 reload ran
}

case_both install "it is run with install for each learned flow and each move"
install()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r2
		mroute from r1 group $G1 to r2
		mroute from r0 source $S1 group $G2 to r2
	EOF
	_script </dev/null
	start -e "$W/hook"
	expect_ran reload
	expect_learned r0 $S1 $G1 r2
	expect_ran reload "install $S1 $G1"
	expect_stopped r0 $S1 $G3
	expect_stream r0 $S1 $G2 r2
	expect_learned r0 $S2 $G1 r2
	# not for a static route or a stop entry
	expect_ran reload "install $S1 $G1" "install $S2 $G1"
	stream_start -r 50 r1 $S1 $G1
	wait_mfc $S1 $G1 r1 r2
	stream_end
	expect_ran reload "install $S1 $G1" "install $S2 $G1" "install $S1 $G1"
	ctl_ok flush
	expect_learned r0 $S3 $G1 r2
	must_come grep -q "install $S3 $G1" ran
}

case_both filtered "it is run for flows that are forwarded, and only then"
filtered()
{
	topology 3
	echo "mroute from r0 group $G1 to r2" | conf
	_script </dev/null
	start -e "$W/hook"
	expect_ran reload
	# routes that have lost their interfaces are filters
	for r in r0 r1; do
		ctl_ok add $r $XNET $G1 r2
		ctl_ok remove $r $XNET $G1 r2
	done
	expect_stopped r0 $X1 $G1
	ctl_ok remove r0 $XNET $G1
	expect_stream r0 $X1 $G1 r2
	expect_ran reload "install $X1 $G1"
	# the flow moves to where a filter stops it
	stream_start -r 50 r1 $X1 $G1
	wait_mfc $X1 $G1 r1
	stream_end
	expect_learned r0 $S2 $G1 r2
	expect_ran reload "install $X1 $G1" "install $S2 $G1"
}

case_one surroundings "a clean environment, no descriptor, stdin from /dev/null"
surroundings()
{
	need_linux "/proc"
	topology 2
	echo "mroute from r0 group $G1 to r1" | conf
	_script <<-EOF
		tr '\\0' '\\n' </proc/\$\$/environ >$W/env
		readlink /proc/\$\$/fd/0 >$W/stdin
		ls -l /proc/\$\$/fd >$W/fds
		echo done >$W/done
	EOF
	LEAK=1 source=wrong group=wrong start -e "$W/hook" -i smcr$$
	must_come test -s done
	[ "$(sort env | cut -d= -f1 | tr '\n' ' ')" = "IDENT PATH " ] ||
	    fail "its environment: $(cat env)"
	grep -qx "IDENT=smcr$$" env || fail "$(cat env)"
	[ "$(cat stdin)" = /dev/null ] || fail "stdin is $(cat stdin)"
	# the shell has open its script, and where its output goes
	awk '/->/ && $(NF - 2) > 2 && $NF != hook && $NF != out { bad = 1 }
	    END { exit bad }' hook="$W/hook" \
	    out="$(awk '$(NF - 2) == 2 { print $NF }' fds)" fds ||
		fail "open: $(cat fds)"
	rm done
	expect_learned r0 $S1 $G1 r1
	must_come test -s done
	grep -qx "source=$S1" env || fail "$(cat env)"
	grep -qx "group=$G1" env || fail "$(cat env)"
}

case_one rights "it may administer the network, and the daemon may not"
rights()
{
	local opt admin=0000000000001000 none=0000000000000000 pid hook

	need_linux "ip(8)"
	scratch
	topology 2
	echo "mroute from r0 group $G1 to r1" | conf
	for opt in "" "-p nobody:nogroup"; do
		cat >"$W/hook" <<-EOF
			#!/bin/sh
			grep ^Cap /proc/self/status
			id -un
			ip link set r1 alias hooked\$1 || echo cannot
			echo over
		EOF
		chmod 755 "$W/hook"
		start -e "$W/hook" $opt
		must_come log_has 'over'
		log_has "CapEff:.$admin" || fail "not CAP_NET_ADMIN alone"
		log_has "CapBnd:.$admin" || fail "a bounding set of more"
		! log_has 'cannot' || fail "it was not of use"
		[ -z "$opt" ] || log_has ': nobody' || fail "not the user of -p"
		in_router ip link show r1 | grep -q hookedreload ||
		    fail "it has changed nothing"
		# one process of the daemon, which is not the parent
		hook=
		for pid in $(daemon_pids); do
			case $(sed -n 's/^CapEff:.//p' "/proc/$pid/status") in
			$none) ;;
			$admin) hook="$hook $pid" ;;
			*) fail "$(cat "/proc/$pid/status")" ;;
			esac
			grep -q "^NoNewPrivs:.1" "/proc/$pid/status" ||
			    fail "$pid may gain rights"
		done
		[ "$(echo $hook | wc -w)" = 1 ] || fail "they hold it: $hook"
		[ "$hook" != "$(daemon_pid)" ] || fail "the parent holds it"
		stop
		must_come gone "$hook"
		: >"$D.log"
	done
}

# The process that holds a capability.
_runner()
{
	local pid

	for pid in $(daemon_pids); do
		grep -q '^CapEff:.0*10*$' "/proc/$pid/status" && echo "$pid"
	done
}

case_one dies "without the process that runs it all goes on but the command"
dies()
{
	need_linux "/proc"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	_script </dev/null
	start -e "$W/hook"
	expect_ran reload
	[ "$(_runner | wc -l)" -eq 1 ] || fail "they run it: $(_runner)"
	kill -9 "$(_runner)"
	must_come log_has 'hook: .*: the -e command is not run any more'
	expect_learned r0 $S1 $G1 r1
	hup
	expect_learned r0 $S2 $G1 r1
	expect_ran reload
	ctl_status 0 show routes
	stop
}

case_one output "what it prints and how it ends is in the log"
output()
{
	topology 2
	echo "mroute from r0 group $G1 to r1" | conf
	_script <<-'EOF'
		echo one line
		echo another >&2
		printf 'not ended'
		awk 'BEGIN { for (i = 0; i < 3000; i++) printf "x" }'
		case $1 in
		install) kill -9 $$ ;;
		esac
		exit 3
	EOF
	start -e "$W/hook"
	must_come log_has 'hook ended with exit 3'
	log_has 'hook: one line$' || fail "no first line"
	log_has 'hook: another$' || fail "no second line"
	log_has 'hook: not endedxxx' || fail "no last line"
	expect_learned r0 $S1 $G1 r1
	must_come log_has 'hook ended by signal 9'
}

case_one missing "a missing command is logged, and routing goes on"
missing()
{
	topology 2
	echo "mroute from r0 group $G1 to r1" | conf
	start -e ./no_such_command
	log_has '-e .*/no_such_command: No such file' || fail "not told"
	must_come log_has 'no_such_command ended with exit'
	expect_learned r0 $S1 $G1 r1
	stop
	start -e no_such_command_either	# a name: it is looked for in PATH
	must_come log_has 'no_such_command_either: No such file'
	expect_learned r0 $S1 $G1 r1
}

case_one hangs "commands that hang are few, and stop nothing"
hangs()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $GNET to r1
	EOF
	mkfifo gate
	_script <<-EOF
		case \$1 in
		install) read -r line <$W/gate ;;
		esac
		echo "\$1 \$source \$group" >>$W/over
	EOF
	: >over
	start -e "$W/hook"
	expect_ran reload
	# many flows at once are all routed
	expect_stream -c 4 -S 30 -G 1 r0 $S1 $GIN1 r1
	ctl_ok reload
	expect_learned r0 $X1 $GIN1 r1
	must_come _times 8 install ran
	[ "$(grep -c install ran)" -eq 8 ] ||
	    fail "$(grep -c install ran) at the same time"
	# when the commands end, it is run for the other flows, once for each
	exec 9<>gate
	yes '' | head -n 31 >&9
	must_come _times 31 install over
	[ "$(grep install over | sort -u | wc -l)" -eq 31 ] ||
	    fail "not each: $(cat over)"
	must_come _times 2 reload ran
}

case_both storm "a storm of flows is not a storm of processes"
storm()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $GNET to r1
	EOF
	mkfifo gate
	_script <<-EOF
		case \$1 in
		install) [ -e $W/open ] || read -r line <$W/gate ;;
		esac
	EOF
	exec 9<>gate
	start -e "$W/hook"
	expect_ran reload
	send -c 2 -S 2000 -G 1 r0 $S1 $GIN1
	must_come log_has 'more than 1024 flows wait for it'
	touch open
	exec 9>&-	# commands that wait at the gate end
	# the command runs for the other flows, and once with "reload" for the
	# flows beyond 1,024
	_calm() { [ "$(grep -c reload ran)" -eq 2 ]; }
	wait_for _calm || fail "no reload after them: $(sort ran | uniq -c)"
	[ "$(grep -c install ran)" -le 1100 ] ||
	    fail "$(grep -c install ran) for 2000 flows"
	[ "$(grep install ran | sort | uniq -d | wc -l)" -eq 0 ] ||
	    fail "twice for one flow"
}

case_one no_fork "a command that cannot be started leaves nothing behind"
no_fork()
{
	local hook before i

	need_linux "/proc"
	need prlimit
	topology 2
	scratch
	conf <<-EOF
		mroute from r0 group $G2 to r1
	EOF
	printf '#!/bin/sh\necho ran >>%s/ran\n' "$W" >"$W/cmd"
	chmod 755 "$W/cmd"
	chown "$SMCROUTE_USER" "$W"
	start -p "$SMCROUTE_USER" -e "$W/cmd"
	must_come test -s "$W/ran"
	for hook in $(children "$(daemon_pid)"); do
		[ "/proc/$hook/exe" -ef "$SMCROUTED" ] && break
	done
	before=$(find "/proc/$hook/fd" -type l | wc -l)
	limit "$hook" --nproc=0:
	for i in 1 2 3 4 5; do
		hup
		must_come log_counts $i 'Resource temporarily unavailable'
	done
	[ "$(find "/proc/$hook/fd" -type l | wc -l)" -le "$before" ] ||
		fail "$(ls -l "/proc/$hook/fd")"
	limit "$hook" --nproc=1000:
	rm "$W/ran"
	hup
	must_come test -s "$W/ran"
}

log_counts() # N TEXT
{
	[ "$(grep -c "$2" "$D.log")" -eq "$1" ]
}
