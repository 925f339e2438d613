#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Clients of the control socket that misbehave: the daemon and all other clients
# go on as before.

. "$(atf_get_srcdir)/lib.sh"

# Runs a client that misbehaves, in the background.
poke() # [OPTION ...] HOW
{
	local how opts=

	while [ $# -gt 1 ]; do
		opts="$opts $1"
		shift
	done
	how=$1
	: >"poke.$how"
	# shellcheck disable=SC2086
	"$TOOLS/ctlpoke" $opts "$W/$D.sock" "$how" >"poke.$how" 2>&1 \
	    </dev/null &
	poke_pid=$!
	note_pid $poke_pid
	must_come grep -q poked "poke.$how"
}

poke_end()
{
	kill $poke_pid 2>/dev/null
	wait $poke_pid
	:
}

# Other clients are served, and the daemon is the same as before.
served()
{
	count=$((${count:-0} + 1))
	ctl_ok add r0 $S1 "$(addr_nth $G1 $count)" r1
	expect_mfc $S1 "$(addr_nth $G1 $count)" r0 r1
	ctl_shows "$G1" -t show routes
	daemon_alive
}

_start()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	engine=$(role engine)
	[ -n "$engine" ] || fail "no engine"
}

_same_engine()
{
	[ "$(role engine)" = "$engine" ] || fail "the engine was replaced"
	expect_stream -c 10 r0 $S1 $G1 r1
}

case_one keep_waiting "clients that send nothing, or half of a message"
keep_waiting()
{
	_start
	for how in silent half-header half-message; do
		poke -n 3 $how
		served
		poke_end
		served
	done
	_same_engine
}

case_one too_slow "clients that send no request in time are disconnected"
too_slow()
{
	_start
	for how in silent half-header half-message slow; do
		poke $how
		served
	done
	for how in silent half-header half-message slow; do
		must_come grep -q closed poke.$how
	done
	served
	_same_engine
}

# After such a message the daemon must close the connection.
case_one thrown_out "clients that send forbidden messages are disconnected"
thrown_out()
{
	_start
	for how in rubbish text short-length long-length zero-length \
	    one-length short-max-length max-length no-hello hello-size \
	    type-parent type-answer kind-unknown kind-zero cmd-len cmd-zero \
	    words-open old-version
	do
		poke $how
		served
		must_come grep -q closed poke.$how
		poke_end
		served
	done
	_same_engine
}

case_one odd "clients that send odd messages, served or not"
odd()
{
	_start
	for how in fd-mark empty-request two-requests pass-fd; do
		poke $how
		served
		poke_end
		served
	done
	_same_engine
}

case_one hang_up "clients that hang up before they are answered"
hang_up()
{
	local i=0

	_start
	while [ $i -lt 20 ]; do
		poke -n 5 hang-up
		poke_end
		i=$((i + 1))
	done
	served
	_same_engine
}

case_one killed "clients that are killed in the middle of a large answer"
killed()
{
	local i=0

	_large
	while [ $i -lt 5 ]; do
		poke -n 4 no-read
		kill -9 $poke_pid
		wait $poke_pid
		served
		i=$((i + 1))
	done
	_same_engine
}

# Ten thousand routes: the answer is longer than any socket buffer.
_large()
{
	topology 2
	{
		echo "mroute from r0 source $S1 group $G1 to r1"
		awk 'BEGIN {
			for (i = 0; i < 10000; i++)
				printf "mroute from r0 source 10.7.%d.%d " \
				    "group 226.1.1.1 to r1\n",
				    i / 250, i % 250 + 1
		}' </dev/null
	} | conf
	start
	engine=$(role engine)
}

case_one no_read "clients that do not read a large answer"
no_read()
{
	_large
	poke -n 5 no-read
	served
	ctl -t show routes >all || fail "show routes"
	[ "$(grep -c 226.1.1.1 all)" -eq 20000 ] ||
	    fail "$(grep -c 226.1.1.1 all) rows, not rules and entries"
	ctl_ok reload
	expect_learned r0 $X1 $G3
	poke_end
	served
	_same_engine
}

case_one slow_reader "a client that reads slowly gets all of its answer"
slow_reader()
{
	_large
	ctl -t show routes | {
		read -r first
		echo "$first"
		# The answer is longer than what the pipe and the sockets hold.
		served >&2
		cat
	} >all
	[ "$(grep -c 226.1.1.1 all)" -eq 20000 ] ||
	    fail "$(grep -c 226.1.1.1 all) rows, not rules and entries"
	_same_engine
}

case_one crowd "hundreds of connections of one user"
crowd()
{
	_start
	poke -n 300 silent
	expect_stream -c 10 r0 $S1 $G1 r1
	daemon_alive
	poke_end
	must_come ctl show >/dev/null 2>&1
	served
	_same_engine
}

case_one crowd_of_another "a user with all of its connections leaves root some"
crowd_of_another()
{
	need_linux "namespaces"
	need setpriv
	scratch
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start -p root:daemon
	engine=$(role engine)
	: >poke.out
	setpriv --reuid nobody --regid daemon --clear-groups \
	    "$TOOLS/ctlpoke" -n 300 "$W/$D.sock" silent >poke.out 2>&1 \
	    </dev/null &
	poke_pid=$!
	note_pid $poke_pid
	must_come grep -q poked poke.out
	served
	poke_end
	served
	_same_engine
}

case_one crowd_of_group "eight users with all of theirs leave root some"
crowd_of_group()
{
	local n=0

	need python3
	scratch
	topology 2
	{
		echo "mroute from r0 source $S1 group $G1 to r1"
		awk 'BEGIN { for (i = 0; i < 30000; i++)
			printf "mroute from r0 group 226.1.%d.%d to r1\n",
			    i / 256, i % 256
		}' </dev/null
	} | conf
	start -p root:daemon
	engine=$(role engine)
	python3 "$SRCDIR/crowd.py" "$W/$D.sock" daemon >crowd.out 2>&1 \
	    </dev/null &
	note_pid $!
	must_come grep -q crowded crowd.out
	# the connections of eight users, or the number that root leaves them
	[ "$(sed -n 's/crowded //p' crowd.out)" -ge 48 ] ||
	    fail "that was no crowd: $(cat crowd.out)"
	while [ $n -lt 5 ]; do
		ctl_shows ' r0 ' show interfaces
		ctl_ok add r0 $S1 "$(addr_nth $G2 $n)" r1
		expect_mfc $S1 "$(addr_nth $G2 $n)" r0 r1
		n=$((n + 1))
	done
	_same_engine
}

case_one storm "rubbish from many clients at the same time, and real work"
storm()
{
	local i=0 pids=''

	_start
	for how in rubbish text half-message hang-up type-parent cmd-len; do
		"$TOOLS/ctlpoke" -n 1 "$W/$D.sock" $how >storm.out 2>&1 \
		    </dev/null &
		note_pid $!
		pids="$pids $!"
	done
	while [ $i -lt 5 ]; do
		served
		i=$((i + 1))
	done
	# shellcheck disable=SC2086
	kill $pids 2>/dev/null
	# shellcheck disable=SC2086
	wait $pids
	served
	_same_engine
}

case_both come_and_go "commands while thousands of other clients come and go"
come_and_go()
{
	local how n=0 pids='' p

	need_linux "namespaces"
	need setpriv
	scratch
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start -p root:daemon
	engine=$(role engine)
	# clients of root, who may have eight connections, and of another user
	for how in silent half-message hang-up no-read; do
		_come_and_go $how
	done
	_come_and_go silent setpriv --reuid nobody --regid daemon --clear-groups
	while [ $n -lt 20 ] || ! _all_gone $pids; do
		served
		n=$((n + 1))
	done
	for p in $pids; do
		wait $p || fail "$(cat poke.*)"
	done
	[ "$(cat poke.* | grep -c closed)" -eq 5 ] || fail "$(cat poke.*)"
	_same_engine
}

_come_and_go() # HOW [COMMAND ...]
{
	local how="$1" out

	shift
	out=poke.$how$#
	: >$out
	"$@" "$TOOLS/ctlpoke" -c 1000 -n 3 "$W/$D.sock" $how >$out 2>&1 \
	    </dev/null &
	note_pid $!
	pids="$pids $!"
	must_come grep -q poked $out
}

_all_gone() # PID ...
{
	local p

	for p; do
		gone $p || return 1
	done
}

# The descriptors of a process.
_files() # PID
{
	ls "/proc/$1/fd" | wc -l
}

_files_are() # PID N
{
	[ "$(_files "$1")" -eq "$2" ]
}

case_one resources "what bad clients cost: memory, descriptors, time of others"
resources()
{
	local control memory files n=0

	need_linux "namespaces"
	need python3 setpriv
	scratch
	topology 2
	awk -v s=$S1 'BEGIN { for (i = 0; i < 100000; i++)
		printf "mroute from r0 source %s group 226.%d.%d.%d to r1\n",
		    s, i / 65536, i / 256 % 256, i % 256
	}' </dev/null | conf
	start -p root:daemon
	ctl show >/dev/null 2>&1 || fail "show"
	control=$(role control)
	memory=$(most_memory "$control")
	files=$(_files "$control")
	# as another user, who may have eight connections: all are slow, or do
	# not read 100,000 rows
	: >busy.out
	python3 "$SRCDIR/busy.py" "$W/$D.sock" nobody daemon >busy.out 2>&1 \
	    </dev/null &
	busy=$!
	note_pid $busy
	wait_for grep -q busy busy.out || fail "$(cat busy.out)"
	# and 10,000 clients that come and go, and 1,000 that stay connected
	_come_and_go hang-up	# 3,000
	_come_and_go silent
	_come_and_go half-header
	poke -n 1000 rubbish
	: >times
	while [ $n -lt 200 ]; do
		ctl show interfaces >/dev/null 2>notes || fail "$(cat notes)"
		date +%s%N >>times
		n=$((n + 1))
	done
	awk 'NR > 1 { print ($1 - last) / 1e6 } { last = $1 }' times |
	    sort -n | awk '{ t[NR] = $1 } END {
		printf "show interfaces meanwhile: median %.1f ms, p99 " \
		    "%.1f ms\n", t[int(NR / 2)], t[int(NR * 0.99)] }'
	poke_end
	kill $busy
	echo "control: $memory KiB, $(most_memory "$control") KiB at most;" \
	    "$files descriptors"
	must_come _files_are "$control" "$files"
	[ "$(role control)" = "$control" ] || fail "control was replaced"
	sanitized || [ "$(most_memory "$control")" -le $((memory + 4096)) ] ||
	    fail "control: $(most_memory "$control") KiB instead of $memory"
}
