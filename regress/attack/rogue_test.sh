#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The parent against an engine or a control process that has been taken over:
# a stand-in (rogue.c) takes the place of its executable.

# shellcheck shell=sh disable=SC3043,SC2086,SC2119,SC2154

. "$(atf_get_srcdir)/lib.sh"

LIVES=3	# attacks on one daemon, whose delays grow

# Runs the daemon in a mount namespace where it sees the stand-in.
# shellcheck disable=SC2016	# for the inner shell
INSIDE='
	mount --bind "$1" "$2" || exit 1
	shift 2
	exec "$@"'

_launch() # ROLE [OPTION ...]
{
	local role="$1"

	shift
	# shellcheck disable=SC2046
	$(ns_command "$R") unshare -m sh -c "$INSIDE" sh "$TOOLS/rogue" \
	    "${SMCROUTED%/sbin/*}/libexec/smcrouted/$role" $LACKING \
	    "$SMCROUTED" -n $(daemon_args) "$@" </dev/null >>"$D.log" 2>&1 &
	eval "pid_$D=\$!"
	note_pid $!
}

# Two slots and an entry in each family's table: the stand-in's own doing, or
# the real engine's next to a stand-in for control, which has a group and a
# learned flow, too, and something to wait for.
_start() # ROLE [OPTION ...]
{
	local role="$1"

	conf <<-EOF
		# harmless
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 source 2001:db8:1:1::1 group ff0e::1:1 to r1
		mroute from r0 group $G2 to r1
		mroute from r2 source $S1 group $G3 to r1
		mroute from nowhere group $G3 to r1
		mgroup from r0 group 225.1.1.9
	EOF
	[ ! -s more.conf ] || cat more.conf >>"$D.conf"
	: >"$D.log"
	_launch "$@"
	wait_for started || fail "the daemon did not come up"
	daemon_alive
	must_come log_has "$SERVES"
	_note_child
	slots=$(sed -n 's/.*at your service//p' "$D.log")
	deaths=0
	_feed
	_state >before
}

# The counters tell whether an entry was made anew: a new one begins at 0.
_feed()
{
	local f

	for f in 4 6; do
		family $f
		! has_mfc $S1 $G1 r0 r1 || expect_stream -c 10 r0 $S1 $G1 r1
	done
	family 4
	[ "$role" = engine ] || expect_learned r0 $S1 $G2 r1
}

SERVES='rogue: [0-9]+ at your service'

_note_child()
{
	child=$(sed -n 's/.*rogue: \([0-9]*\) at your service.*/\1/p' "$D.log")
}

_setup()
{
	need unshare
	need_tool rogue
	topology 3
	LACKING=
}

# The tables with their counters, memberships, and how many descriptors the
# parent has.
# shellcheck disable=SC2016	# for the inner shell
_state()
{
	in_router sh -c 'cd /proc/net && for f in ip_mr_vif ip_mr_cache \
	    ip6_mr_vif ip6_mr_cache; do
		echo $f
		[ ! -r $f ] || cat $f
	done'
	for f in 4 6; do
		kernel_joins "$R" $f
		kernel_ssm "$R" $f
	done
	set -- "/proc/$(daemon_pid)/fd"/*
	echo "$# descriptors"
}

_is_as_before()
{
	_state >after
	cmp -s before after
}

_attack() # ROLE NAME
{
	if [ "$1" = engine ]; then
		echo "# attack $2" >"$D.conf"
		kill -HUP "$(daemon_pid)" || fail "$2: the parent is gone"
	else
		"$TOOLS/rogue" -t "$W/$D.sock" "$2" || fail "no control"
	fi
}

# One attack and its outcome: the child is ended and another one is started, or
# it lives; in both cases nothing else has changed.
_try() # ROLE NAME OUTCOME
{
	: >"$D.log"
	_attack "$1" "$2"
	case $3 in
	lives | ok | refused | denied)
		_comes "$2" "rogue: $2 is done"
		alive "$child" || fail "$2: $1 was ended"
		[ "$3" = lives ] || log_has "rogue: answered $3\$" ||
		    fail "$2: $(grep 'rogue: answered' "$D.log")" ;;
	*)
		case $3 in
		ends) ;;
		expelled) _comes "$2" "$1 has broken the engine's rules" ;;
		*)	_comes "$2" "link to $1: $3\$" ;;
		esac
		_comes "$2" "$1 $child ended by (signal 9|exit 0)\$"
		_comes "$2" "$SERVES$slots\$"
		_note_child
		deaths=$((deaths + 1)) ;;
	esac
	alive "$(daemon_pid)" || fail "$2: the parent ended"
	wait_for _is_as_before || fail "$2 has changed something:
$(diff before after)"
	_is_printable || fail "$2: unprintable in the log:
$(cat -v "$D.log")"
	tried=$((${tried:-0} + 1))
}

# The log must have no control characters of ASCII nor, in UTF-8, the other ones
# that terminals obey.
_is_printable()
{
	LC_ALL=C tr -d '\012\040-\176\200-\377' <"$D.log" >unprintable
	[ ! -s unprintable ] && ! LC_ALL=C grep -q "$C1" "$D.log"
}

C1=$(printf '\302[\200-\237]')

_comes() # NAME REGEX
{
	wait_for log_has "$2" || fail "$1: never in the log: $2"
}

# The attacks of a group, each by a child that has done nothing wrong before.
_all_of() # ROLE GROUP [OPTION ...]
{
	local role="$1" group="$2" name outcome

	"$TOOLS/rogue" -l "$role" "$group" >attacks
	[ -s attacks ] || fail "no attacks $group on $role"
	shift 2
	_start "$role" "$@"
	while read -r name outcome <&3; do
		if [ $deaths -ge $LIVES ]; then
			stop
			_start "$role" "$@"
		fi
		_try "$role" "$name" "$outcome"
	done 3<attacks
	stop
	[ "$tried" -ge "$(wc -l <attacks)" ] || fail "not all were tried"
	echo "$tried attacks"
}

_group() # ROLE GROUP
{
	_setup
	_all_of "$@"
}

case_one engine_type "engine: messages that are not its to send"
engine_type() { _group engine type; }

case_one engine_size "engine: messages of the wrong size, or at the wrong time"
engine_size() { _group engine size; }

case_one engine_vif "engine: slots and interfaces that cannot be"
engine_vif() { _group engine vif; }

case_one engine_mfc "engine: entries that cannot be"
engine_mfc() { _group engine mfc; }

case_one engine_batch "engine: messages of which only the last entry is wrong"
engine_batch() { _group engine batch; }

case_one engine_hold "engine: descriptors to hold that are no sockets"
engine_hold() { _group engine hold; }

case_one engine_descriptor "engine: descriptors where none belong"
engine_descriptor() { _group engine descriptor; }

case_one engine_log "engine: malformed lines for the log"
engine_log() { _group engine log; }

case_one engine_frame "engine: bytes that are no message"
engine_frame() { _group engine frame; }

case_one engine_hook "engine: malformed flows for -e"
engine_hook()
{
	_setup
	_all_of engine hook -e /bin/true
}

case_one engine_lack "engine: a family that the kernel has not got"
engine_lack()
{
	_setup
	need_tool kernel_without
	for f in 4 6; do
		LACKING="$TOOLS/kernel_without v$f"
		_all_of engine lack$f
	done
}

case_one engine_stall "engine: half of a message, and silence"
engine_stall()
{
	_setup
	_start engine
	_try engine frame-stall ends
	log_has 'engine does not answer' || fail "it was not asked"
	stop
}

case_one control_type "control: messages that are not its to send"
control_type() { _group control type; }

case_one control_rest "control: descriptors, lines, and what is no message"
control_rest()
{
	_setup
	for group in descriptor log frame; do
		_all_of control $group
	done
}

case_one control_rights "control: requests for clients without the right"
control_rights() { _group control rights; }

case_one control_pipe "control: messages that no engine takes"
control_pipe() { _group control pipe; }

# The limit of entries depends on the memory, so the daemon is told that there
# is little.
case_one engine_fill "engine: ever new entries"
engine_fill()
{
	_setup
	LACKING="$TOOLS/rogue -m 4194304"
	$LACKING /bin/true || atf_skip "no machine can be made smaller"
	_all_of engine fill
}

# --- quantities --------------------------------------------------------------

ROOM=4096 # KiB that the parent may grow by
ENGINE_ROOM=32768 # and the engine

# A sanitizer keeps memory that was freed.
_is_sanitized()
{
	grep -q 'lib[a-z_.]*asan' "/proc/$(daemon_pid)/maps"
}

_flood() # ROLE NAME OUTCOME
{
	local most now

	most=$(most_memory "$(daemon_pid)")
	_try "$@"
	now=$(most_memory "$(daemon_pid)")
	_is_sanitized || [ $((now - most)) -lt $ROOM ] ||
	    fail "$2: the parent has grown from $most to $now KiB"
}

case_one engine_flood "engine: one message many times, without reading answers"
engine_flood()
{
	_setup
	_start engine
	_flood engine flood-RELOAD lives
	_flood engine flood-ALIVE lives
	_flood engine flood-STATUS lives
	_flood engine flood-HOLD lives
	PATIENCE=60 _flood engine flood-unread 'bad message'
	_flood engine flood-RELOAD-and-READY 'bad message'
	stop
}

# However much is queued for the engine, the parent must read what it says, and
# that it is alive.
case_one engine_deaf "engine: reads nothing, but sends messages"
engine_deaf()
{
	_setup
	_start engine
	mkdir inc
	echo "# attack flood-deaf" >inc/100.conf
	(cd inc && for i in $(seq 101 400); do cp 100.conf $i.conf; done)
	: >"$D.log"
	{ cat inc/100.conf; echo "include inc/*.conf"; } >"$D.conf"
	kill -HUP "$(daemon_pid)"
	_comes flood-deaf 'rogue: deaf, not mute'
	stop
}

# The flood is over when the next attack, which follows it in the pipe, has
# come.
_flood_of_lines() # ROLE
{
	local begin lines most now

	_start "$1"
	most=$(most_memory "$(daemon_pid)")
	: >"$D.log"
	begin=$(date +%s)
	_attack "$1" flood-LOG
	_comes flood-LOG zzzz
	_attack "$1" type-0
	_comes flood-LOG "link to $1: bad message\$"
	now=$(most_memory "$(daemon_pid)")
	_is_sanitized || [ $((now - most)) -lt $ROOM ] ||
	    fail "the parent has grown from $most to $now KiB"
	lines=$(grep -c zzzz "$D.log")
	[ "$lines" -le $((10000 * ($(date +%s) - begin + 2))) ] ||
	    fail "$lines lines of one child were written"
	[ "$lines" -eq 100000 ] || log_has 'too many lines' ||
	    fail "$lines lines, and not a word of those left out"
	stop
}

case_one log_flood "a hundred thousand lines for the log"
log_flood()
{
	_setup
	_flood_of_lines engine
	_flood_of_lines control
}

case_one expel_flood "the engine wants control ended, a hundred thousand times"
expel_flood()
{
	local most now control lines

	_setup
	_start engine
	control=$(role control)
	most=$(most_memory "$(daemon_pid)")
	: >"$D.log"
	_attack engine flood-EXPEL
	_comes flood-EXPEL 'rogue: flood-EXPEL is done'
	_comes flood-EXPEL "control $control ended"
	now=$(most_memory "$(daemon_pid)")
	_is_sanitized || [ $((now - most)) -lt $ROOM ] ||
	    fail "the parent has grown from $most to $now KiB"
	lines=$(grep -c 'control has broken' "$D.log")
	[ "$lines" -le $((1 + $(grep -c 'control .* ended' "$D.log"))) ] ||
	    fail "$lines lines in the log"
	must_come _has_control
	must_come _is_as_before
	stop
}

_has_control()
{
	[ -n "$(role control)" ] && [ "$(role control)" != "$(nursery control)" ]
}

# The first 64 descriptors without a message could belong to the next message.
case_one descriptor_flood "thousands of descriptors that no message speaks of"
descriptor_flood()
{
	local had has

	_setup
	_start engine
	had=$(sed -n 's/ descriptors//p' before)
	_attack engine flood-descriptors
	_comes flood-descriptors 'rogue: flood-descriptors is done'
	_state >after
	has=$(sed -n 's/ descriptors//p' after)
	[ "$has" -le $((had + 64)) ] || fail "$has descriptors, not $had"
	kill -9 "$child"
	must_come _is_as_before
	_comes flood-descriptors "engine $child ended by signal 9"
	stop
	_start control
	_flood control flood-descriptors lives
	_flood control flood-ALIVE lives
	stop
}

# With ten thousand routes an answer is long, and control does not read it.
_start_with_routes()
{
	awk 'BEGIN {
		for (i = 0; i < 10000; i++)
			printf "mroute from r0 source 10.5.%d.%d " \
			    "group 225.7.7.7 to r1\n", i / 250, i % 250
	}' </dev/null >more.conf
	_start control
	engine=$(role engine)
	most=$(most_memory "$engine")
}

# The engine must be the same one, serve new flows, and not be much larger.
_engine_serves() # NAME SRC
{
	local now

	expect_learned r0 "$2" $G2 r1
	[ "$(role engine)" = "$engine" ] || fail "$1: another engine"
	now=$(most_memory "$engine")
	_is_sanitized || [ $((now - most)) -lt $ENGINE_ROOM ] ||
	    fail "$1: the engine has grown from $most to $now KiB"
}

_request_flood() # NAME
{
	_setup
	_start_with_routes
	: >"$D.log"
	_attack control "$1"
	_engine_serves "$1" $S2
	_comes "$1" "control has broken the engine's rules"
	_comes "$1" "control $child ended by signal 9"
	_comes "$1" "$SERVES"
	_engine_serves "$1" $S3
	stop
}

case_one request_flood "control asks for more and more, and reads nothing"
request_flood() { _request_flood requests-show; }

case_one reload_flood "control asks for reload after reload"
reload_flood() { _request_flood requests-reload; }

# Each client hangs up, so that there is never more than one.
case_one gone_flood "control reads nothing, for thousands of clients"
gone_flood()
{
	_setup
	_start_with_routes
	_try control requests-show-gone lives
	_engine_serves requests-show-gone $S2
	_state >before
	_try control requests-end ok
	_engine_serves requests-end $S3
	stop
}

# --- again and again ----------------------------------------------------------

# The parent delays the next engine by 100 ms, 200 ms, 400 ms ..., so that many
# deaths take at least this long.  How much longer they take is not tested.
_least_ms() # DEATHS
{
	local n="$1" sum=0 delay=0

	while [ "$n" -gt 1 ]; do
		sum=$((sum + delay))
		delay=$((delay == 0 ? 100 : delay * 2))
		n=$((n - 1))
	done
	echo $sum
}

_deaths()
{
	grep -c 'engine [0-9]* ended by signal 9' "$D.log"
}

_has_died() # TIMES
{
	[ "$(_deaths)" -ge "$1" ]
}

_ms()
{
	echo $(($(date +%s%N) / 1000000))
}

case_one engine_again "an engine that attacks in each life, a stream meanwhile"
engine_again()
{
	local begin took

	_setup
	_start engine
	expect_stream -c 10 r0 $S1 $G1 r1
	count_start
	stream_start -r 1000 r0 $S1 $G1
	: >"$D.log"
	begin=$(_ms)
	echo "# always mfc-oif-unbound-v4" >"$D.conf"
	kill -HUP "$(daemon_pid)"
	must_come _has_died 5
	took=$(($(_ms) - begin))
	[ "$took" -ge "$(_least_ms "$(_deaths)")" ] ||
	    fail "$(_deaths) deaths in $took ms"
	[ "$(grep -c 'link to engine: bad message' "$D.log")" -ge 5 ] ||
	    fail "$(cat "$D.log")"
	echo "# harmless" >"$D.conf"
	must_come log_has "$SERVES$slots\$"
	stream_end
	count_end r1="$sent"
	daemon_alive
	expect_stream r0 $S1 $G1 r1
	stop
}

case_one engine_first "an engine that attacks before it has worked ends the daemon"
engine_first()
{
	_setup
	echo "# always mfc-oif-unbound-v4" >"$D.conf"
	_launch engine
	ended 70
	log_has 'engine does not come up' || fail "$(cat "$D.log")"
	[ "$(_deaths)" -ge 3 ] || fail "it was not tried again"
	[ ! -e "$D.sock" ] && [ ! -e "$D.pid" ] || fail "left: $(ls)"
	[ -z "$(kernel_vifs "$R" 4)$(kernel_vifs "$R" 6)$(kernel_mfc "$R" 4)" ] ||
	    fail "the kernel still has $(kernel_vifs "$R" 4)"
}

case_one control_again "a control process that attacks again and again"
control_again()
{
	local i=0

	_setup
	_start control
	count_start
	stream_start -r 1000 r0 $S1 $G1
	while [ $i -lt 4 ]; do
		: >"$D.log"
		_attack control type-MFC_ADD
		_comes "attack $i" "control $child ended by signal 9"
		_comes "attack $i" "$SERVES"
		_note_child
		i=$((i + 1))
	done
	stream_end
	count_end r1="$sent"
	daemon_alive
	stop
}
