#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Multicast router discovery: the messages that hosts hear, byte by byte.
#
# The constants of RFC 4286 that a case counts on: 3 initial advertisements,
# each within 2 seconds of the one before; an answer within 2 seconds.

. "$(atf_get_srcdir)/lib.sh"

# How many advertisements a host gets that asks, once and by let_pass().
if topo_has_solicitations; then ONE=1 THREE=3; else ONE=0 THREE=0; fi

# With this interval only initial advertisements and answers are sent during a
# case.
SELDOM="-m 180"

# Makes N interfaces with addresses, and starts a program that writes down what
# hosts hear.
world() # N
{
	local i=0

	FAMILIES=$(topo_discovery)
	topology "$1"
	while [ $i -lt "$1" ]; do
		address r$i
		i=$((i + 1))
	done
	listen
}

# The link-local IPv6 address comes by itself; the global one cannot be the
# source of an advertisement.  An IPv4 address that is there stays the only one.
address() # IF
{
	has_address "$1" 4 ||
	    if_address "$R" "$1" "10.71.${1#r}.1/24" ||
	    atf_fail "cannot give $1 an address"
	if_address "$R" "$1" "2001:db8:71:${1#r}::1/64" ||
	    atf_fail "cannot give $1 an address"
	for f in $FAMILIES; do
		must_come has_address "$1" "$f"
	done
}

has_address() # IF 4|6
{
	[ -n "$(if_addresses "$R" "$1" "$2")" ]
}

# The line of a message: of which family, from which interface.
line() # 4|6 IF KIND [INTERVAL]
{
	local f="$1" if="$2"

	shift 2
	echo "h${if#r} $f $1 $(if_addresses "$R" "$if" "$f")${2+ $2}"
}

listen()
{
	"$TOOLS/mrdpkt" -n "$H" read >heard 2>&1 &
	note_pid $!
	must_come grep -q ready heard
}

# How many advertisements (or terminations) a host has heard.
count() # HOST 4|6 [KIND]
{
	grep -c "^$1 $2 ${3:-advertisement} " heard
}

heard() # HOST N [KIND]
{
	local f

	for f in $FAMILIES; do
		[ "$(count "$1" "$f" "${3-}")" -ge "$2" ] || return 1
	done
}

wait_heard() # HOST N [KIND]
{
	wait_for heard "$@" || fail "$1 never heard $2:
$(cat heard)"
}

# A host has heard so many messages of a kind, and no host has heard a message
# that breaks the RFC.
expect_heard() # HOST N
{
	local f

	for f in $FAMILIES; do
		[ "$(grep -c "^$1 $f " heard)" -eq "$2" ] ||
		    fail "$1, IPv$f: not $2:
$(cat heard)"
	done
	! grep -v -e ready -e ' advertisement ' -e ' termination ' heard ||
	    fail "not what the RFC says: $(cat heard)"
}

expect_line() # IF KIND [INTERVAL]
{
	local f

	for f in $FAMILIES; do
		grep -qxF "$(line "$f" "$@")" heard ||
		    fail "no '$(line "$f" "$@")': $(cat heard)"
	done
}

expect_burst() # HOST ...
{
	local h

	for h; do
		wait_heard "$h" 3
	done
}

ask() # [-c COUNT] HOST [FAULT]
{
	local f opts=

	[ "$1" != -c ] || { opts="-c $2"; shift 2; }
	for f in $FAMILIES; do
		# shellcheck disable=SC2086
		"$TOOLS/mrdpkt" -n "$H" $opts ask "$1" "$f" ${2+"$2"} ||
		    fail "mrdpkt failed"
	done
}

# Waits longer than an answer may take, by the daemon's own clock: the daemon
# keeps a second between the three advertisements that HOST asks for.
let_pass() # HOST
{
	local n i

	# Without answers there is nothing to wait for.
	[ $ONE = 1 ] || { sleep 4; return; }
	n=$(count "$1" "${FAMILIES%% *}")
	for i in 1 2 3; do
		ask "$1"
		wait_heard "$1" $((n + i))
	done
}

need_answers()
{
	topo_has_solicitations || atf_skip "the kernel drops solicitations"
}

case_one layout "the bytes, on two interfaces at once, and none on a third"
layout()
{
	world 3
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 enable mrdisc
		phyint r2 enable
		mroute from r2 source $S1 group $G1 to r0 r1
	EOF
	start -m 77
	expect_burst h0 h1
	expect_line r0 advertisement 77
	expect_line r1 advertisement 77
	let_pass h1
	expect_heard h0 3
	expect_heard h1 $((3 + THREE))
	expect_heard h2 0
	stop
	wait_heard h0 1 termination
	wait_heard h1 1 termination
	expect_line r0 termination
	expect_line r1 termination
	expect_heard h0 4
	expect_heard h1 $((4 + THREE))
	expect_heard h2 0
}

case_one slot "the word alone gives an interface a slot, disable takes it"
slot()
{
	world 3
	conf <<-EOF
		phyint r1 mrdisc
		phyint r2 mrdisc
		phyint r2 disable
		phyint x9 mrdisc
	EOF
	start $SELDOM
	expect_vifs 0=r1
	ctl_shows '^phyint x9' show pending
	expect_burst h1
	let_pass h1
	expect_heard h2 0
}

case_one silent "without the word there is no packet, and no wake-up"
silent()
{
	world 3
	conf <<-EOF
		phyint r0 enable
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start $SELDOM
	ask h0
	ask h1
	has_no_timer engine || fail "the engine has a timer"
	conf <<-EOF
		phyint r0 enable
		phyint r2 mrdisc
		mroute from r0 source $S1 group $G1 to r1
	EOF
	ctl_ok reload
	expect_burst h2
	! has_no_timer engine || fail "the engine has no timer"
	ask h0
	ask h1
	let_pass h2
	expect_heard h0 0
	expect_heard h1 0
	expect_heard h2 6
	conf <<-EOF
		phyint r0 enable
		mroute from r0 source $S1 group $G1 to r1
	EOF
	ctl_ok reload
	wait_heard h2 1 termination
	wait_for has_no_timer engine || fail "the engine still has a timer"
	stop
	expect_heard h0 0
	expect_heard h1 0
	expect_heard h2 7
}

case_one periodic "the interval in the packets is that of -m, and they go on"
periodic()
{
	world 1
	conf <<-EOF
		phyint r0 mrdisc
	EOF
	start -m 4
	wait_heard h0 6
	stop
	wait_heard h0 1 termination
	for f in $FAMILIES; do
		[ "$(count h0 "$f")" -eq \
		    "$(grep -cxF "$(line "$f" r0 advertisement 4)" heard)" ] ||
		    fail "another interval: $(cat heard)"
	done
}

case_one default "the interval is 20 seconds when nothing is said"
default()
{
	world 1
	conf <<-EOF
		phyint r0 mrdisc
	EOF
	start
	wait_heard h0 1
	expect_line r0 advertisement 20
}

case_one solicited "a solicitation is answered, a malformed one is not"
solicited()
{
	local fault

	need_answers
	world 2
	conf <<-EOF
		phyint r+ mrdisc
	EOF
	start $SELDOM
	expect_burst h0 h1
	for fault in checksum ttl group type short source; do
		ask h0 $fault
	done
	let_pass h1
	expect_heard h0 3
	ask h0 long
	wait_heard h0 4
	ask h0
	wait_heard h0 5
	let_pass h1
	expect_heard h0 5
}

# The solicitations pile up while the engine is stopped, so it finds all of them
# at once.
case_one flooded "one answer is for many, however many there are"
flooded()
{
	need_answers
	world 2
	conf <<-EOF
		phyint r+ mrdisc
	EOF
	start $SELDOM
	expect_burst h0 h1
	kill -STOP "$(role engine)"
	ask -c 50 h0
	kill -CONT "$(role engine)"
	wait_heard h0 4
	let_pass h1
	expect_heard h0 4
	# A flood on one interface does not keep others from being answered, nor
	# the daemon from its work.
	ask -c 10000 h0
	ctl_ok add r0 $S1 $G1 r1
	expect_mfc $S1 $G1 r0 r1
	wait_heard h0 5
	let_pass h1
}

case_both early "solicitations while the first ones are sent change nothing"
early()
{
	need_answers
	world 2
	FAMILIES=$FAM
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
	EOF
	start $SELDOM
	wait_heard h0 1
	kill -STOP "$(role engine)"
	ask -c 50 h0
	kill -CONT "$(role engine)"
	expect_burst h0 h1
	let_pass h1
	expect_heard h0 3
}

case_one reloaded "the word goes, comes, and moves at a reload"
reloaded()
{
	world 3
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
		phyint r2 mrdisc
	EOF
	start $SELDOM
	expect_burst h0 h1 h2
	# without the word; switched off; as it was
	conf <<-EOF
		phyint r0 enable
		phyint r1 mrdisc disable
		phyint r2 mrdisc
	EOF
	ctl_ok reload
	wait_heard h0 1 termination
	wait_heard h1 1 termination
	ask h0
	ask h1
	let_pass h2
	expect_heard h0 4
	expect_heard h1 4
	expect_heard h2 $((3 + THREE))
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
		phyint r2 mrdisc
	EOF
	ctl_ok reload
	wait_heard h0 6
	wait_heard h1 6
	# An error changes nothing.
	echo 'phyint r0 mrdsic' | conf
	ctl_fails 1 mrdsic reload
	let_pass h2
	expect_heard h0 7
	expect_heard h1 7
	expect_heard h2 $((3 + 2 * THREE))
	stop
	wait_heard h2 1 termination
	expect_heard h0 8
}

case_both joined "all routers' group is joined where solicitations are answered"
joined()
{
	local group=224.0.0.2

	need_linux "ip(8)"
	[ "$FAM" = 4 ] || group=ff02::2
	world 2
	conf <<-EOF
		phyint r0 enable mrdisc
		phyint r1 enable
	EOF
	start $SELDOM
	ctl_shows "$group.* r0" -d show groups
	ctl_hides "$group.* r1" -d show groups
	conf <<-EOF
		phyint r0 enable
		phyint r1 enable mrdisc
		mgroup from r1 group $group
	EOF
	ctl_ok reload
	ctl_hides "$group.* r0" -d show groups
	ctl_shows "$group.* r1" -d show groups
	# The membership that the configuration asks for does not end with
	# router discovery.
	conf <<-EOF
		mgroup from r1 group $group
	EOF
	ctl_ok reload
	ctl_shows "$group.* r1" -d show groups
	in_router ip -$FAM maddr show dev r1 | grep -qw "$group" ||
	    fail "r1 has left the group"
}

case_one many "on all 32 interfaces, with a kernel's 20 groups a socket"
many()
{
	local h

	need_linux "sysctl"
	world 32
	in_router sysctl -q net.ipv4.igmp_max_memberships=20
	conf <<-EOF
		phyint r+ mrdisc
	EOF
	start $SELDOM
	# shellcheck disable=SC2046
	expect_burst $(cut -d' ' -f1 cables)
	while read -r h _; do
		ask "$h"
	done <cables
	while read -r h _; do
		wait_heard "$h" 4
	done <cables
	stop
	while read -r h _; do
		wait_heard "$h" 1 termination
		expect_heard "$h" 5
	done <cables
}

case_one recreated "an interface that is created anew advertises anew"
recreated()
{
	local index

	need_linux "a listener that hears interfaces to come"
	world 2
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
	EOF
	start $SELDOM
	expect_burst h0 h1
	index=$(if_index "$R" r0)
	unplug r0
	plug r0
	address r0
	wait_heard h0 6
	ask h0
	wait_heard h0 $((6 + ONE))
	unplug r0
	let_pass h1
	expect_heard h0 $((6 + ONE))
	# The interface comes back with the same index.
	plug r0 "$index"
	address r0
	wait_heard h0 $((9 + ONE))
	stop
	wait_heard h0 1 termination
	! log_has 'r0.*(No such device|Network is)' || fail "complains"
}

case_one renamed "an interface that loses its name says so"
renamed()
{
	need_linux "ip(8)"
	world 2
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
	EOF
	start $SELDOM
	expect_burst h0 h1
	in_router ip link set r0 name x0 || atf_skip "no renaming while up"
	wait_heard h0 1 termination
	ask h0
	let_pass h1
	expect_heard h0 4
	in_router ip link set x0 name r0
	wait_heard h0 6
}

case_one down_up "an interface that is down, and one that comes up again"
down_up()
{
	world 2
	down r0
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
	EOF
	start $SELDOM
	expect_burst h1
	expect_heard h0 0
	up r0
	expect_burst h0
	down r0
	up r0
	wait_heard h0 6
	topo_has_carrier || return 0
	# The cable is pulled out and in: a host that is there now has heard
	# nothing yet.
	if_down "$H" h0
	let_pass h1
	if_up "$H" h0
	wait_heard h0 9
	let_pass h1
	expect_heard h0 9
}

# Also, an IPv6 address that is not link-local and an IPv4 address of another
# interface are not used as source.
case_one late_address "an interface that gets its address later"
late_address()
{
	world 2
	if_no_addresses "$R" r0
	if_address "$R" r0 2001:db8:71::1/64
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
	EOF
	start -m 4
	vif_needs_address || for f in $FAMILIES; do
		must_come log_has "r0: cannot send IPv$f router advertisements"
	done
	wait_heard h1 6
	expect_heard h0 0
	if_address "$R" r0 10.71.0.7/24
	if_address "$R" r0 fe80::7/64
	expect_burst h0
	expect_line r0 advertisement 4
	# The failure is logged once.
	vif_needs_address || for f in $FAMILIES; do
		[ "$(grep -c "r0: cannot send IPv$f" d.log)" -eq 1 ] ||
		    fail "says so again and again"
	done
	# Addresses may change.
	if_no_addresses "$R" r0
	if_address "$R" r0 10.71.0.9/24
	if_address "$R" r0 fe80::9/64
	for f in $FAMILIES; do
		must_come grep -qxF "$(line "$f" r0 advertisement 4)" heard
	done
}

case_one no_multicast "an interface that learns to multicast later"
no_multicast()
{
	world 2
	if_multicast "$R" r0 off
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
	EOF
	start $SELDOM
	expect_burst h1
	expect_heard h0 0
	if_multicast "$R" r0 on
	expect_burst h0
	if_multicast "$R" r0 off
	wait_heard h0 1 termination
}

case_one engine_killed "a new engine advertises anew, and ends it all"
engine_killed()
{
	world 2
	conf <<-EOF
		phyint r0 mrdisc
		phyint r1 mrdisc
	EOF
	start $SELDOM
	expect_burst h0 h1
	kill -9 "$(role engine)"
	wait_heard h0 6
	wait_heard h1 6
	ask h0
	wait_heard h0 $((6 + ONE))
	let_pass h1
	expect_heard h0 $((6 + ONE))
	stop
	wait_heard h0 1 termination
	wait_heard h1 1 termination
	expect_heard h0 $((7 + ONE))
}

case_one ended_otherwise "terminations also when the parent is killed, or by ctl"
ended_otherwise()
{
	world 1
	conf <<-EOF
		phyint r0 mrdisc
	EOF
	start $SELDOM
	wait_heard h0 1
	kill -9 "$(daemon_pid)"
	wait_heard h0 1 termination
	must_come gone "$(daemon_pid)"
	start $SELDOM
	wait_heard h0 $(($(count h0 4) + 1))
	ctl_ok kill
	ended 0
	wait_heard h0 2 termination
}
