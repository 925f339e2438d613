# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The verbs of the network tests.
#
# A case is a function that says what it needs in these verbs, and is registered
# with `case_one NAME DESCRIPTION` or, once for IPv4 and once for IPv6, with
# `case_both NAME DESCRIPTION`; for the latter the addresses below are of the
# family under test.
#
# Its world: a router of interfaces r0, r1, ... , each cabled to h0, h1, ... of
# the hosts.  Packets go in at hN and are counted at every h.
#
# No case asserts a time or a speed.  A verb waits for an event, and gives up
# after a time that also a slow and busy machine only reaches when the event
# never comes.

# Words of options and addresses are to be split, hence no quotes around some.
# shellcheck shell=sh disable=SC3043,SC3045,SC2034,SC2086

SRCDIR=$(atf_get_srcdir)
TOOLS=${TOOLS:-$SRCDIR}
SMCROUTED=${SMCROUTED:-/usr/local/sbin/smcrouted}
SMCROUTECTL=${SMCROUTECTL:-/usr/local/sbin/smcroutectl}
SMCROUTE_USER=${SMCROUTE_USER:-_smcroute}
PATIENCE=${PATIENCE:-120} # seconds until a wait gives up
LIMIT="timeout -k 5 120" # before a command that must end by itself
# EMFILE, as glibc and as musl say it
NO_FILES='([Tt]oo many open files|[Nn]o file descriptors available)'

case $(uname -s) in
Linux)	. "$SRCDIR/topo_linux.sh" ;;
*)	. "$SRCDIR/topo_jail.sh" ;;
esac
SLOTS=$(topo_slots)

# --- cases -----------------------------------------------------------------

CASES=

case_one() # NAME DESCRIPTION
{
	_case "$1" "$2" "$1" 4
}

case_both() # NAME DESCRIPTION
{
	_case "${1}_v4" "$2 (IPv4)" "$1" 4
	_case "${1}_v6" "$2 (IPv6)" "$1" 6
}

_case() # NAME DESCRIPTION FUNCTION FAMILY
{
	atf_test_case "$1" cleanup
	eval "
	${1}_head()
	{
		atf_set descr \"$2\"
		atf_set require.user root
		atf_set timeout ${CASE_TIMEOUT:-600}
	}
	${1}_body()
	{
		family $4
		setup
		$3
	}
	${1}_cleanup()
	{
		cleanup
	}"
	CASES="$CASES $1"
}

atf_init_test_cases()
{
	local name

	for name in $CASES; do
		atf_add_test_case "$name"
	done
}

family() # 4|6
{
	FAM=$1
	if [ "$FAM" = 4 ]; then
		ANY=0.0.0.0 BITS=32
		SNET=10.1.1.0/24	# sources
		S1=10.1.1.1 S2=10.1.1.2 S3=10.1.1.3
		SHOST=10.1.1.99/24	# SNET with host bits
		X1=10.9.9.9 X2=10.9.9.10 XNET=10.9.9.0/24 # and others
		G1=225.1.1.1 G2=225.1.1.2 G3=225.1.1.3
		GNET=225.3.3.0/24	# groups
		GHOST=225.3.3.77/24	# GNET with host bits
		GIN1=225.3.3.1 GIN2=225.3.3.200 GOUT=225.3.4.1
		GALL=224.0.0.0/4
		GSSM=232.1.1.1
		GFEW=225.8.8.0/28 GFEW_N=16	# a range to join
		GFEW_FIRST=225.8.8.0 GFEW_LAST=225.8.8.15
		GMANY=225.9.0.0/20	# more than 60 descriptors hold
		GHUGE=225.0.0.0/8	# a range too large to join
		GLINK=224.0.0.251
	else
		ANY=:: BITS=128
		SNET=2001:db8:1:1::/64
		S1=2001:db8:1:1::1 S2=2001:db8:1:1::2 S3=2001:db8:1:1::3
		SHOST=2001:db8:1:1::99/64
		X1=2001:db8:9:9::9 X2=2001:db8:9:9::a XNET=2001:db8:9:9::/64
		G1=ff0e::1:1 G2=ff0e::1:2 G3=ff0e::1:3
		GNET=ff0e:3:3::/48
		GHOST=ff0e:3:3::77/48
		GIN1=ff0e:3:3::1 GIN2=ff0e:3:3:200::2 GOUT=ff0e:3:4::1
		GALL=ff00::/8
		GSSM=ff3e::1:1
		GFEW=ff0e:8:8::/124 GFEW_N=16
		GFEW_FIRST=ff0e:8:8:: GFEW_LAST=ff0e:8:8::f
		GMANY=ff0e:9::/115
		GHUGE=ff0e::/64
		GLINK=ff02::fb
	fi
}

# The N-th address after one whose last part is a plain number.
addr_nth() # ADDRESS N
{
	case $1 in
	*:*)	echo "${1%:*}:$(printf %x $((0x${1##*:} + $2)))" ;;
	*)	local d c
		d=$((${1##*.} + $2))
		c=${1%.*}
		echo "${c%.*}.$((${c##*.} + d / 256)).$((d % 256))" ;;
	esac
}

setup()
{
	local why

	ulimit -c 0
	W=$PWD
	NS=smcr$$
	R=${NS}r H=${NS}h
	D=d # the daemon that verbs are about
	: >namespaces
	: >cables
	: >pids
	if ! why=$(topo_supported "${NS}t"); then
		atf_skip "$why"
	fi
	if [ "$FAM" = 6 ] && ! topo_has_v6; then
		atf_skip "the kernel has no IPv6 multicast routing"
	fi
	[ -x "$SMCROUTED" ] || atf_fail "no $SMCROUTED: set SMCROUTED"
	[ -x "$SMCROUTECTL" ] || atf_fail "no $SMCROUTECTL: set SMCROUTECTL"
}

# Ends and removes all that the case has made; also after a failure.
cleanup()
{
	local pid start ns

	while read -r pid start; do
		[ "$(pid_start "$pid")" != "$start" ] || kill -9 "$pid"
	done <pids
	while read -r ns; do
		ns_destroy "$ns"
	done <namespaces
	! command -v cleanup_more >/dev/null || cleanup_more
	[ ! -s scratch ] || rm -rf "$(cat scratch)"
	# shellcheck disable=SC2046
	[ ! -s files ] || rm -f $(cat files)
	return 0
} 2>/dev/null

need() # PROGRAM ...
{
	local p

	for p; do
		command -v "$p" >/dev/null || atf_skip "$p is not installed"
	done
}

need_tool() # NAME: one of ours, which not every system has
{
	[ -x "$TOOLS/$1" ] || atf_skip "$1 is not made for this system"
}

# With a sanitizer a process has more memory and descriptors than without.
sanitized()
{
	[ -n "${SANITIZE-}" ]
}

# Fails the case.  The first line of TEXT is the reason; all of TEXT and the end
# of the daemon's log are in the report.
fail() # TEXT
{
	echo "--- $*"
	for D in "$D" d; do
		echo "--- log of the daemon $D:"
		tail -n 40 "$D.log" 2>/dev/null
	done
	atf_fail "$(echo "$*" | head -n 1 | cut -c 1-300)"
}

# --- processes and waiting --------------------------------------------------

note_pid() # PID: end it in the cleanup
{
	echo "$1 $(pid_start "$1")" >>pids
}

gone() # PID
{
	! alive "$1"
}

# Waits until COMMAND succeeds.
wait_for() # COMMAND ...
{
	local end

	"$@" && return
	end=$(($(date +%s) + PATIENCE))
	until "$@"; do
		[ "$(date +%s)" -lt $end ] || return 1
		sleep 0.02
	done
}

must_come() # COMMAND ...: wait_for, or the case fails
{
	wait_for "$@" || fail "never came true: $*"
}

not() # COMMAND ...
{
	! "$@"
}

# --- topology ---------------------------------------------------------------

# A router with N interfaces r0 ..., and as many hosts' interfaces h0 ...
topology() # N
{
	local i=0

	{ ns_make "$R" router && ns_make "$H" hosts; } ||
		atf_fail "cannot make namespaces"
	while [ $i -lt "$1" ]; do
		_plug "r$i"
		i=$((i + 1))
	done
	must_come cables_ready "$R" "$H" "$1"
}

# A new interface in the router, cabled to a host's: hN for rN, h-NAME else.
# INDEX: the number it is to have.
plug() # IF [INDEX]
{
	_plug "$@"
	link_ready "$1"
}

_plug()
{
	local host

	case $1 in
	r[0-9]*) host=h${1#r} ;;
	*)	host=$(printf "h-%.13s" "$1") ;;
	esac
	cable_make "$R" "$1" "$H" "$host" "${2-}" || atf_fail "cannot make $1"
	echo "$host $1" >>cables
}

# Removes the interface, and its cable with it.
unplug() # IF
{
	if_delete "$R" "$1" || atf_fail "cannot remove $1"
	sed "/ $1\$/d" cables >cables.new && mv cables.new cables
}

rename() # OLD NEW
{
	if_rename "$R" "$1" "$2" || atf_fail "cannot rename $1"
	sed "s/ $1\$/ $2/" cables >cables.new && mv cables.new cables
}

link_ready() # IF
{
	must_come cable_ready "$R" "$1" "$H" "$(host_of "$1")"
}

up()
{
	if_up "$R" "$1" || atf_fail "cannot set $1 up"
	link_ready "$1"
}

down() { if_down "$R" "$1" || atf_fail "cannot set $1 down"; }

# The hosts' end of a router's interface.
host_of() # IF
{
	sed -n "s/ $1\$//p" cables
}

in_router() # COMMAND ...
{
	ns_exec "$R" "$@"
}

# --- the daemon -------------------------------------------------------------
#
# Instance $D has the files $D.conf, $D.sock, $D.pid and $D.log.

conf() # <text
{
	cat >"$D.conf"
}

daemon_args()
{
	echo "-f $W/$D.conf -u $W/$D.sock -P $W/$D.pid"
}

# Starts the daemon with -n as a background job; its output goes to $D.log.
launch() # [OPTION ...]
{
	# shellcheck disable=SC2046
	$(ns_command "$R") "$SMCROUTED" -n $(daemon_args) "$@" \
	    </dev/null >>"$D.log" 2>&1 &
	eval "pid_$D=\$!"
	note_pid $!
}

# The parent's process number.
daemon_pid()
{
	eval "echo \$pid_$D"
}

start() # [OPTION ...]
{
	launch "$@"
	wait_for started || fail "the daemon did not come up"
	daemon_alive
}

# Runs the daemon as if on a kernel that lacks something; see kernel_without.c.
start_without() # WHAT
{
	need_tool kernel_without
	# shellcheck disable=SC2046
	$(ns_command "$R") "$TOOLS/kernel_without" "$1" "$SMCROUTED" -n \
	    $(daemon_args) </dev/null >>"$D.log" 2>&1 &
	eval "pid_$D=\$!"
	note_pid $!
	wait_for started || fail "the daemon did not come up"
	daemon_alive
}

# All processes of the daemon, the parent first.
daemon_pids()
{
	_family "$(daemon_pid)"
}

_family() # PID
{
	local child

	echo "$1"
	for child in $(children "$1"); do
		_family "$child"
	done
}

# The process that does the work of a role (engine, control), or its nursery: of
# the two processes that run this executable, the child or its parent.
role() # NAME
{
	_role "$1" | sed -n '$p'
}

nursery() # NAME
{
	_role "$1" | sed -n '1p'
}

# Sends a signal (KILL) to a role's process, and remembers it for replaced().
kill_role() # NAME [SIGNAL]
{
	victim=$(role "$1")
	[ -n "$victim" ] || fail "no process runs $1"
	kill "-${2:-KILL}" "$victim"
}

# Kills a role's process and waits until the next one answers smcroutectl.
replace() # NAME
{
	kill_role "$1"
	must_come replaced "$1"
	daemon_alive
	must_come ctl show >/dev/null 2>&1
}

# 1 when another process does the work of that role.
replaced() # NAME
{
	local now

	now=$(role "$1")
	[ -n "$now" ] && [ "$now" != "$victim" ] &&
	    [ "$now" != "$(nursery "$1")" ]
}

_role()
{
	local pid

	for pid in $(daemon_pids); do
		case $(executable_of "$pid") in
		*/"$1") echo "$pid" ;;
		esac
	done
}

has_no_timer() # PID|ROLE
{
	case $1 in
	*[!0-9]*) waits_for_events "$(role "$1")" ;;
	*)	waits_for_events "$1" ;;
	esac
}

started()
{
	[ -s "$D.pid" ] || gone "$(daemon_pid)"
}

daemon_alive()
{
	alive "$(daemon_pid)" || fail "the daemon ended"
}

# Waits for the end of the daemon; its exit status must be STATUS (0).
ended() # [STATUS]
{
	local pid status=0

	pid=$(daemon_pid)
	wait_for gone "$pid" || fail "the daemon did not end"
	wait "$pid" || status=$?
	[ $status -eq "${1:-0}" ] ||
	    fail "the daemon ended with $status instead of ${1:-0}"
}

stop() # [SIGNAL]
{
	kill "-${1:-TERM}" "$(daemon_pid)" || fail "the daemon was gone"
	ended 0
}

# Waits until it has reloaded: the pid file has a new time stamp.
hup()
{
	touch -t 200101010000 "$D.pid"
	kill -HUP "$(daemon_pid)" || fail "the daemon is gone"
	must_come renewed
	daemon_alive
}

renewed()
{
	[ -n "$(find -L "$D.pid" -newermt 2002-01-01)" ]
}

log_has() # REGEX
{
	grep -Eq -- "$1" "$D.log"
}

# The daemon's files in a directory that every user may enter.
scratch()
{
	W=$(mktemp -d /var/tmp/smcr.XXXXXX) || atf_fail "mktemp"
	echo "$W" >scratch
	chmod 755 "$W"
	for f in conf sock pid; do
		ln -s "$W/$D.$f" "$D.$f"
	done
}

# --- smcroutectl --------------------------------------------------------------

ctl() # ARG ...
{
	$LIMIT "$SMCROUTECTL" -u "$W/$D.sock" "$@"
}

# The command must succeed and print nothing.
ctl_ok() # ARG ...
{
	ctl_status 0 "$@"
	[ ! -s ctl.out ] || fail "smcroutectl $* said: $(cat ctl.out)"
	[ ! -s ctl.err ] || fail "smcroutectl $* warned: $(cat ctl.err)"
}

# The command must fail with STATUS and print a line that matches REGEX to
# stderr.
ctl_fails() # STATUS REGEX ARG ...
{
	local status="$1" regex="$2"

	shift 2
	ctl_status "$status" "$@"
	grep -Eiq -- "$regex" ctl.err ||
	    fail "smcroutectl $*: no '$regex' on stderr
$(cat ctl.err)"
}

# A line of the command's output must match REGEX.
ctl_shows() # REGEX ARG ...
{
	local regex="$1"

	shift
	ctl_status 0 "$@"
	grep -Eq -- "$regex" ctl.out ||
	    fail "smcroutectl $*: no '$regex' in the output
$(cat ctl.out)"
}

ctl_hides() # REGEX ARG ...
{
	local regex="$1"

	shift
	ctl_status 0 "$@"
	! grep -Eq -- "$regex" ctl.out ||
	    fail "smcroutectl $*: '$regex' in the output
$(cat ctl.out)"
}

# Leaves the output in ctl.out and ctl.err.
ctl_status() # STATUS ARG ...
{
	local want="$1" status=0

	shift
	ctl "$@" >ctl.out 2>ctl.err </dev/null || status=$?
	[ $status -eq "$want" ] || fail \
	    "smcroutectl $*: status $status, not $want: $(cat ctl.out ctl.err)"
}

# --- what the kernel has ------------------------------------------------------

mfc()
{
	kernel_mfc "$R" "$FAM" "$TABLE"
}

mfc_line() # SRC GRP IIF [OIF[/TTL] ...]
{
	local key="$1 $2 $3"

	shift 3
	echo "$key" "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" | sed 's/ *$//'
}

has_mfc() # SRC GRP IIF [OIF[/TTL] ...]
{
	mfc >mfc.now
	grep -qxF -- "$(mfc_line "$@")" mfc.now
}

has_key() # SRC GRP
{
	mfc >mfc.now
	grep -q "^$1 $2 " mfc.now
}

mfc_has_forwarded() # SRC GRP N: so many packets at least
{
	local n

	n=$(kernel_mfc_packets "$R" "$FAM" "$1" "$2" "$TABLE")
	[ "${n:-0}" -ge "$3" ]
}

# The kernel must have the entry now, with exactly these outbound interfaces.
expect_mfc() # SRC GRP IIF [OIF[/TTL] ...]
{
	has_mfc "$@" ||
	    fail "no entry '$(mfc_line "$@")' in the kernel, but:
$(cat mfc.now)"
}

expect_no_mfc() # SRC GRP
{
	! has_key "$@" || fail "entry in the kernel: $(grep "^$1 $2 " mfc.now)"
}

# The kernel must have no entry, or one that stops the flow.
expect_no_route() # SRC GRP
{
	mfc >mfc.now
	! grep -q "^$1 $2 [^ ]* " mfc.now ||
	    fail "still forwarded: $(grep "^$1 $2 " mfc.now)"
}

wait_mfc() # SRC GRP IIF [OIF[/TTL] ...]
{
	wait_for has_mfc "$@" ||
	    fail "'$(mfc_line "$@")' never came into the kernel, but:
$(cat mfc.now)"
}

wait_no_mfc() # SRC GRP
{
	wait_for not has_key "$@" || fail "$1 $2 never went from the kernel:
$(cat mfc.now)"
}

mfc_count()
{
	mfc | wc -l
}

has_entries() # N
{
	[ "$(mfc_count)" -eq "$1" ]
}

# Exactly these slots must be bound.
expect_vifs() # SLOT=IF ...
{
	local have

	have=$(kernel_vifs "$R" "$FAM" | tr ' ' '=' | sort | tr '\n' ' ')
	[ "$have" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ] ||
	    fail "interfaces in slots: $have, not: $*"
}

has_vif() # IF
{
	kernel_vifs "$R" "$FAM" | grep -q " $1\$"
}

vif_of() # IF
{
	kernel_vifs "$R" "$FAM" | sed -n "s/ $1\$//p"
}

# The interface is a member of GRP, or of GRP for the source SRC.
has_join() # IF [SRC] GRP
{
	if [ $# -eq 3 ]; then
		kernel_ssm "$R" "$FAM" | grep -qxF \
		    "$1 $(ssm_address "$2") $(ssm_address "$3")"
	else
		kernel_joins "$R" "$FAM" | grep -qxF "$1 $2"
	fi
}

expect_join() # IF [SRC] GRP
{
	has_join "$@" || fail "not joined: $*, but:" \
	    "$(kernel_joins "$R" "$FAM"; kernel_ssm "$R" "$FAM")"
}

expect_no_join() # IF [SRC] GRP
{
	has_join "$@" || return 0
	list_is_exact "$FAM"
	fail "still joined: $*"
}

join_count() # IF
{
	kernel_joins "$R" "$FAM" | grep -c "^$1 "
}

# Writes the reports of groups that the host at IF hears to the file reports, as
# reports.py prints them.
reports_start() # IF [from]
{
	need python3
	$(ns_command "$H") python3 "$SRCDIR/reports.py" "$(host_of "$1")" \
	    ${2-} >reports 2>&1 &
	note_pid $!
	must_come grep -q ready reports
}

# Edits a file by sed(1), which has no -i everywhere.
edit() # FILE SCRIPT
{
	{ sed "$2" "$1" >edited && cat edited >"$1"; } || fail "sed $2"
}

# --- system calls ---------------------------------------------------------------

# Writes these system calls of a process to the file trace, until trace_end.
trace_start() # PID CALLS [OPTION-OF-STRACE ...]
{
	local pid="$1" calls="$2"

	shift 2
	strace -qq -p "$pid" -e "trace=$calls" "$@" -o trace &
	tracer=$!
	note_pid $tracer
	must_come grep -q "TracerPid:.[1-9]" "/proc/$pid/status"
}

trace_end()
{
	kill $tracer
	must_come gone $tracer
}

# --- packets ------------------------------------------------------------------

# Sends on the cable of IF; options of mcsend first.
send() # [OPTION ...] IF SRC GRP
{
	_split "$@"
	mcsend $SEND_OPTS "$(host_of "$SEND_IF")" $SEND_FLOW >>sent ||
	    fail "mcsend failed"
}

mcsend()
{
	"$TOOLS/mcsend" -n "$H" "$@"
}

_split() # [OPTION ...] IF SRC GRP: SEND_OPTS SEND_IF SEND_FLOW SEND_REST
{
	SEND_OPTS=
	while [ "${1#-}" != "$1" ]; do
		SEND_OPTS="$SEND_OPTS $1 $2"
		shift 2
	done
	SEND_IF=$1 SEND_FLOW="$2 $3"
	shift 3
	SEND_REST=$*
}

# Sends 100 packets (-c COUNT) in at IF.  Exactly that many (or the number
# given) must come out at each OIF, and none elsewhere.
expect_stream() # [OPTION ...] IF SRC GRP [OIF[=N] ...]
{
	local count=100 flows=1 o n

	_split "$@"
	# shellcheck disable=SC2086
	set -- $SEND_OPTS
	while [ $# -gt 0 ]; do
		case $1 in
		-c)	count=$2 ;;
		-[SG])	flows=$((flows * $2)) ;;
		esac
		shift 2
	done
	set --
	for o in $SEND_REST; do
		n=$((count * flows))
		[ "${o%=*}" = "$o" ] || n=${o#*=}
		set -- "$@" "${o%=*}=$n"
	done
	# shellcheck disable=SC2046,SC2086
	"$TOOLS/mccount" -n "$H" -p "$R" -w "$PATIENCE" $(_links "$@") -- \
	    "$TOOLS/mcsend" -n "$H" -c $count $SEND_OPTS \
	    "$(host_of "$SEND_IF")" $SEND_FLOW >counted 2>count.err ||
	    fail "stream of $SEND_FLOW into $SEND_IF:" \
	    "$(grep '^mccount:' count.err | tr '\n' ' ')
$(cat counted; mfc)"
}

# The arguments of mccount: every cable, with what is expected there.
_links() # [OIF=N ...]
{
	local host if o n

	while read -r host if; do
		n=0
		for o; do
			[ "${o%=*}" != "$if" ] || n=${o#*=}
		done
		echo "$host:$if=$n"
	done <cables
}

# A flow that is new to the daemon: all packets must come out, also the first
# ones, which the kernel holds until the flow is answered.
expect_learned() # IF SRC GRP [OIF ...]
{
	if [ $# -gt 3 ]; then
		expect_stream -c 4 "$@"
		wait_mfc "$2" "$3" "$1" "$(shift 3; printf '%s\n' "$@")"
	else
		count_start
		send -c 4 "$@"
		wait_mfc "$2" "$3" "$1"
		count_end
	fi
	expect_stream "$@"
}

# A stop entry: the daemon has answered that the flow goes nowhere.
expect_stopped() # IF SRC GRP
{
	expect_learned "$1" "$2" "$3"
}

# Counts packets while the case does something else.
count_start()
{
	: >counted	# the last one's "ready" is not this one's
	# shellcheck disable=SC2046
	"$TOOLS/mccount" -n "$H" -p "$R" $(_links | sed 's/=0$//') \
	    >counted 2>count.err &
	count_pid=$!
	note_pid $count_pid
	must_come grep -q ready counted
}

# So many packets must have come out there (any: the number does not matter),
# and none elsewhere.
count_end() # [OIF=N ...]
{
	local status=0 host if o n got

	kill $count_pid
	wait $count_pid || status=$?
	[ $status -eq 0 ] || fail "$(cat count.err)"
	while read -r host if; do
		n=0
		for o; do
			[ "${o%=*}" != "$if" ] || n=${o#*=}
		done
		got=$(sed -n "s/^$host total //p" counted)
		[ -z "$got" ] || [ "$n" = any ] || [ "$got" -eq "$n" ] || fail \
		    "$if: expected $n packets, $got came $(cat count.err)
$(cat counted; mfc)"
	done <cables
}

# Starts a stream that goes on while the case does something else.
stream_start() # [OPTION ...] IF SRC GRP
{
	_split "$@"
	: >streaming
	"$TOOLS/mcsend" -n "$H" -c 0 $SEND_OPTS "$(host_of "$SEND_IF")" \
	    $SEND_FLOW >streaming 2>&1 &
	stream_pid=$!
	note_pid $stream_pid
	must_come grep -q sending streaming
}

# Ends the stream; $sent is the number of packets sent.
stream_end()
{
	kill $stream_pid
	wait $stream_pid || fail "mcsend: $(cat streaming)"
	sent=$(sed -n 's/^sent //p' streaming)
}
