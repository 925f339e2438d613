#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Flows that come in on two interfaces at once.  One of these may be an outbound
# interface of the flow: the packets come back from another router, or from
# somebody who fakes the source's address.

. "$(atf_get_srcdir)/lib.sh"

# Rules both ways between r0 and r1, each with the words after its group.
_both_ways() # SOURCE-WORDS WORDS
{
	topology 3
	conf <<-EOF
		mroute from r0 $1 group $G1 to r1 $2
		mroute from r1 $1 group $G1 to r0 $2
	EOF
	start
}

_forwarded() # N: by the entry of the flow
{
	mfc_has_forwarded $S1 $G1 "$1"
}

# While the flow comes in on r0, one packet of it comes in on r1 now and then,
# for longer than the 3 seconds in which the kernel reports an entry once.  Each
# packet of the flow must come out at r1, and none at r0.
_echoes_do_no_harm()
{
	local n=0 before

	before=$(kernel_mfc_packets "$R" $FAM $S1 $G1)

	count_start
	stream_start -r 100 r0 $S1 $G1
	must_come _forwarded $((before + 10))
	while [ $n -lt 7 ]; do
		n=$((n + 1))
		send -c 1 r1 $S1 $G1
		must_come _forwarded $((before + n * 100))
	done
	stream_end
	must_come _forwarded $((before + sent))
	count_end r1=any
	grep -q "^$(host_of r1) $S1 $G1 $sent\$" counted ||
	    fail "not all $sent: $(cat counted)"
	expect_mfc $S1 $G1 r0 r1
}

case_both learned "a learned flow is not moved by a packet on its own oif"
learned()
{
	_both_ways "" ""
	expect_learned r0 $S1 $G1 r1
	_echoes_do_no_harm
}

case_both static "nor is a static one"
static()
{
	_both_ways "source $S1" ""
	expect_stream r0 $S1 $G1 r1
	_echoes_do_no_harm
}

case_both kernel "nor one whose rules say kernel"
kernel()
{
	_both_ways "" kernel
	expect_learned r0 $S1 $G1 r1
	_echoes_do_no_harm
}

# The flow stops at r0 and goes on at r1.
_really_moves()
{
	stream_start -r 100 r1 $S1 $G1
	must_come has_mfc $S1 $G1 r1 r0
	stream_end
	expect_stream r1 $S1 $G1 r0
}

case_both moves_learned "a flow whose old interface is silent moves"
moves_learned()
{
	_both_ways "" ""
	expect_learned r0 $S1 $G1 r1
	_really_moves
}

case_both moves_static "... also when it is static"
moves_static()
{
	_both_ways "source $S1" ""
	expect_stream r0 $S1 $G1 r1
	_really_moves
}

# A host route to the source, for which the router needs no neighbour.
_route_to() # ADDRESS IF
{
	need_linux "ip(8)"
	case $1 in
	*:*) in_router ip -6 route add "$1/128" dev "$2" ;;
	*) in_router ip route add "$1/32" dev "$2" ;;
	esac || fail "ip route add $1"
}

_fake_first() # SOURCE-WORDS
{
	local n=0

	_both_ways "$1" ""
	_route_to $S1 r0
	send -c 1 r1 $S1 $G1
	wait_mfc $S1 $G1 r1 r0
	# the false packets go on, so the old interface is not silent
	stream_start -r 100 r0 $S1 $G1
	while [ $n -lt 4 ]; do
		n=$((n + 1))
		send -c 1 r1 $S1 $G1
		must_come _forwarded $((n * 100))
	done
	stream_end
	expect_mfc $S1 $G1 r0 r1
	_echoes_do_no_harm
}

case_both fake_first "where a false packet came first, the unicast route decides"
fake_first()
{
	_fake_first ""
}

case_both fake_first_static "... also for a static flow"
fake_first_static()
{
	_both_ways "source $S1" ""
	_route_to $S1 r1
	# the entry begins with the inbound interface of the first rule
	expect_mfc $S1 $G1 r0 r1
	stream_start -r 100 r1 $S1 $G1
	must_come has_mfc $S1 $G1 r1 r0
	stream_end
	expect_stream r1 $S1 $G1 r0
}

# Two feeds of a flow: each packet comes in on r0 and on r1.  All must come out.
_two_feeds() # SOURCE-WORDS WORDS
{
	topology 3
	conf <<-EOF
		mroute from r0 $1 group $G1 to r2 $2
		mroute from r1 $1 group $G1 to r2 $2
	EOF
	start -l debug
	[ -z "$2" ] || must_come has_entries 2
	# The kernel holds few packets of a flow that is not learned yet.
	send -b "$(host_of r1)" r0 $S1 $G1
	[ -n "$2" ] || must_come has_key $S1 $G1
	count_start
	# for longer than the 10 seconds after which a flow may move again
	send -b "$(host_of r1)" -c 250 -r 20 r0 $S1 $G1
	count_end r2=any
	grep -q "^$(host_of r2) different 250\$" counted ||
	    fail "not all 250: $(cat counted)"
	came=$(sed -n "s/^$(host_of r2) total //p" counted)
}

# When the flow moves between the two copies of a packet, both come out.
_moved_once()
{
	[ "$(grep -c 'moved flow' "$D.log")" -le 1 ] && [ "$came" -le 251 ] ||
	    fail "$came packets, and $(grep -c 'moved flow' "$D.log") moves"
}

case_both feeds_learned "two feeds of a flow: nothing is lost, and it moves once"
feeds_learned()
{
	_two_feeds "" ""
	_moved_once
}

case_both feeds_static "... also of a static flow"
feeds_static()
{
	_two_feeds "source $S1" ""
	_moved_once
}

case_both feeds_kernel "... rules that say kernel forward both feeds"
feeds_kernel()
{
	need_linux "resident entries"
	_two_feeds "" kernel
	[ "$came" -eq 500 ] || fail "$came of 500: $(cat counted)"
	! log_has ' flow from' || fail "a report: $(grep ' flow' "$D.log")"
}

# A segment of a network: a bridge in a namespace of its own.  Each router and
# each host's end has a port.
_port() # SEGMENT NAMESPACE IF
{
	local port="$1${2#"$NS"}"

	ip link add "$3" netns "$2" arp off up type veth \
	    peer name "$port" netns "$L" && ip -n "$L" link set "$port" \
	    arp off master "$1" up || fail "port $3"
}

# Two routers between the segments wan and lan, both with rules both ways.
_two_routers()
{
	local seg

	L=${NS}l Q=${NS}q
	{ ns_make "$L" hosts && ns_make "$R" router && ns_make "$Q" router &&
	    ns_make "$H" hosts; } || atf_fail "cannot make namespaces"
	for seg in wan lan; do
		ip -n "$L" link add $seg type bridge mcast_snooping 0 ||
		    atf_skip "the kernel has no bridges"
		ip -n "$L" link set $seg up
		_port $seg "$R" $seg
		_port $seg "$Q" $seg
		_port $seg "$H" h$seg
		echo "h$seg $seg" >>cables
	done
	if [ "$FAM" = 4 ]; then
		ip -n "$R" addr add 10.1.1.251/24 dev wan
		ip -n "$Q" addr add 10.1.1.252/24 dev wan
	else
		ip -n "$R" addr add 2001:db8:1:1::251/64 dev wan nodad
		ip -n "$Q" addr add 2001:db8:1:1::252/64 dev wan nodad
	fi
	must_come cables_ready "$R" "$H" 2
	must_come cables_ready "$Q" "$H" 2
	conf <<-EOF
		mroute from wan group $GNET to lan
		mroute from lan group $GNET to wan
	EOF
	cp d.conf e.conf
	start
	D=e R=$Q start
	D=d
}

_has_both() # SRC GRP: wan to lan in each router
{
	has_mfc "$1" "$2" wan lan && R=$Q has_mfc "$1" "$2" wan lan
}

case_both two_routers "two routers side by side: each forwards, nothing loops"
two_routers()
{
	local n=0 grp

	_two_routers
	# several flows, since chance decides which router forwards first
	while [ $n -lt 8 ]; do
		n=$((n + 1))
		grp=$(addr_nth $GIN1 $n)
		stream_start -r 50 -t 8 wan $S1 "$grp"
		must_come _has_both $S1 "$grp"
		stream_end
		# each packet comes out twice, once from each router, and does
		# not come back
		expect_stream -r 1000 -t 8 wan $S1 "$grp" lan=200
		_has_both $S1 "$grp" || fail "it moved: $(mfc)"
	done
}
