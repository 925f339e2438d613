#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Group memberships, by the configuration and by smcroutectl.

. "$(atf_get_srcdir)/lib.sh"

case_both asm "mgroup joins a group for any source"
asm()
{
	topology 2
	conf <<-EOF
		mgroup from r0 group $G1
		mgroup from r1 group $G2
	EOF
	start
	expect_join r0 $G1
	expect_join r1 $G2
	expect_no_join r0 $G2
	expect_no_join r1 $G1
	stop
	expect_no_join r0 $G1
}

case_both ssm "mgroup joins a group for some sources"
ssm()
{
	topology 2
	conf <<-EOF
		mgroup from r0 source $S1 group $GSSM
		mgroup group $GSSM source $S2 from r0
	EOF
	start
	expect_join r0 $S1 $GSSM
	expect_join r0 $S2 $GSSM
	expect_no_join r0 $S3 $GSSM
}

case_both any "the source 0.0.0.0 or :: is any source"
any()
{
	topology 1
	conf <<-EOF
		mgroup from r0 source $ANY group $G1
	EOF
	start
	expect_join r0 $G1
	ctl_ok join r0 $ANY $G2
	expect_join r0 $G2
	ctl_ok leave r0 $G2
	expect_no_join r0 $G2
}

case_both join_leave "smcroutectl join and leave have happened on return"
join_leave()
{
	topology 2
	conf </dev/null
	start
	ctl_ok join r0 $G1
	expect_join r0 $G1
	ctl_ok join r0 $S1 $GSSM
	expect_join r0 $S1 $GSSM
	ctl_ok join r0 $S2 $GSSM
	expect_join r0 $S2 $GSSM
	ctl_ok leave r0 $S1 $GSSM
	expect_no_join r0 $S1 $GSSM
	expect_join r0 $S2 $GSSM
	ctl_ok leave r0 $G1
	expect_no_join r0 $G1
	ctl_ok leave r0 $S2 $GSSM
	expect_no_join r0 $S2 $GSSM
	expect_no_join r0 $GSSM
}

# The kernel searches memberships from the newest on.
case_both leave_order "a range is left in the reverse order of its joins"
leave_order()
{
	need strace
	topology 1
	conf </dev/null
	start
	trace_start "$(role engine)" setsockopt
	ctl_ok join r0 $GFEW
	ctl_ok leave r0 $GFEW
	trace_end
	sed -n 's/.*MCAST_JOIN_GROUP,.*"\([^"]*\)".*/\1/p' trace >joins
	sed -n 's/.*MCAST_LEAVE_GROUP,.*"\([^"]*\)".*/\1/p' trace | tac >leaves
	[ "$(wc -l <joins)" -eq $GFEW_N ] || fail "joins: $(cat trace)"
	diff joins leaves || fail "leaves: $(cat trace)"
}

case_both leave_conf "smcroutectl leaves what the configuration joined"
leave_conf()
{
	topology 1
	conf <<-EOF
		mgroup from r0 group $G1
	EOF
	start
	ctl_ok leave r0 $G1
	expect_no_join r0 $G1
	ctl_fails 1 . leave r0 $G1	# not joined any more
	ctl_ok join r0 $G1
	expect_join r0 $G1
}

case_both twice "a group that is joined twice is one membership"
twice()
{
	topology 1
	conf <<-EOF
		mgroup from r0 group $G1
		mgroup from r0 group $G1
	EOF
	start
	ctl_status 0 join r0 $G1
	expect_join r0 $G1
	ctl_ok leave r0 $G1
	expect_no_join r0 $G1
}

case_both many "50 groups on an interface, more than one socket takes"
many()
{
	local i

	topology 1
	i=0
	{
		while [ $i -lt 50 ]; do
			echo "mgroup from r0 group $(addr_nth $G1 $i)"
			i=$((i + 1))
		done
	} | conf
	start
	[ "$(join_count r0)" -eq 50 ] || fail "$(join_count r0) groups, not 50"
	ctl_ok leave r0 "$(addr_nth $G1 25)"
	expect_no_join r0 "$(addr_nth $G1 25)"
	[ "$(join_count r0)" -eq 49 ] || fail "$(join_count r0) groups, not 49"
	ctl_ok join r0 "$(addr_nth $G1 25)"
	ctl_ok join r0 "$(addr_nth $G1 60)"
	[ "$(join_count r0)" -eq 51 ] || fail "$(join_count r0) groups, not 51"
}

case_both many_sources "30 sources of a group, more than one socket takes"
many_sources()
{
	local i

	topology 1
	i=0
	{
		while [ $i -lt 30 ]; do
			echo "mgroup from r0 group $GSSM" \
			    "source $(addr_nth $S1 $i)"
			i=$((i + 1))
		done
	} | conf
	start
	i=$(kernel_ssm "$R" $FAM | wc -l)
	[ "$i" -eq 30 ] || fail "$i sources, not 30"
	ctl_ok leave r0 "$(addr_nth $S1 29)" $GSSM
	i=$(kernel_ssm "$R" $FAM | wc -l)
	[ "$i" -eq 29 ] || fail "$i sources, not 29"
}

case_both range "a range joins each of its groups"
range()
{
	topology 2
	conf <<-EOF
		mgroup from r0 group $GFEW
	EOF
	start
	expect_join r0 $GFEW_FIRST
	expect_join r0 $GFEW_LAST
	[ "$(join_count r0)" -eq $GFEW_N ] ||
	    fail "$(join_count r0) groups, not $GFEW_N"
	ctl_ok join r1 $GFEW
	[ "$(join_count r1)" -eq $GFEW_N ] ||
	    fail "$(join_count r1) groups, not $GFEW_N"
	ctl_ok leave r1 $GFEW
	list_is_exact "$FAM"
	[ "$(join_count r1)" -eq 0 ] || fail "still joined: $(join_count r1)"
	[ "$(join_count r0)" -eq $GFEW_N ] || fail "left elsewhere too"
}

case_both range_overlap "a group in a range and on its own has two reasons"
range_overlap()
{
	topology 1
	conf <<-EOF
		mgroup from r0 group $GFEW
		mgroup from r0 group $GFEW_LAST
	EOF
	start
	[ "$(join_count r0)" -eq $GFEW_N ] ||
	    fail "$(join_count r0) groups, not $GFEW_N"
	ctl_ok leave r0 $GFEW
	list_is_exact "$FAM"
	[ "$(join_count r0)" -eq 1 ] || fail "$(join_count r0) groups, not 1"
	expect_no_join r0 $GFEW_FIRST
	expect_join r0 $GFEW_LAST
	ctl_ok leave r0 $GFEW_LAST
	expect_no_join r0 $GFEW_LAST
}

case_both range_source "a range with a source joins each for it"
range_source()
{
	topology 1
	conf <<-EOF
		mgroup from r0 source $S1 group $GFEW
	EOF
	start
	expect_join r0 $S1 $GFEW_FIRST
	expect_join r0 $S1 $GFEW_LAST
}

case_both range_too_large "a range of too many groups is an error that says so"
range_too_large()
{
	topology 1
	conf <<-EOF
		mgroup from r0 group $GHUGE
		mgroup from r0 group $G1
	EOF
	atf_check -s exit:78 -o ignore -e match:65.?536 \
	    "$SMCROUTED" -F $D.conf
	start
	expect_join r0 $G1
	[ "$(join_count r0)" -eq 1 ] || fail "$(join_count r0) groups joined"
	ctl_fails 1 '65.?536' join r0 $GHUGE
	[ "$(join_count r0)" -eq 1 ] || fail "$(join_count r0) groups joined"
}

case_both range_half "a range that cannot be joined whole is not joined at all"
range_half()
{
	need_linux "20 groups a socket"
	topology 2
	conf <<-EOF
		mgroup from r1 group $G1
	EOF
	ulimit -n 92
	start
	ctl_fails 1 "$NO_FILES" join r0 $GMANY
	[ "$(join_count r0)" -eq 0 ] || fail "$(join_count r0) groups joined"
	# Each line of a request has its own answer, also when the same line
	# comes again.
	cat >batch <<-EOF
		join r0 $G1
		join r0 $GMANY
		join r0 $G2
		join r0 $GMANY
		join r1 $GFEW
	EOF
	ctl -b <batch >ctl.out 2>ctl.err && fail "no failure"
	sed 's/: [^:]*$//' ctl.err | sort >lines
	printf 'smcroutectl: line %d\n' 2 4 >expected
	cmp lines expected || fail "refused: $(cat ctl.err)"
	[ "$(join_count r0)" -eq 2 ] || fail "$(join_count r0) groups, not 2"
	expect_join r0 $G1
	expect_join r0 $G2
	[ "$(join_count r1)" -eq $((GFEW_N + 1)) ] ||
	    fail "$(join_count r1) groups, not $((GFEW_N + 1))"
	ctl_status 0 -t show groups
	grep -q / ctl.out && ! grep -q "$GMANY" ctl.out ||
	    fail "shown: $(cat ctl.out)"
}

# Starts a join that takes long; $joiner is its process.
_join_long() # IF [LENGTH]
{
	ctl join "$1" "ff0e:7::/${2:-112}" >long.out 2>long.err &
	joiner=$!
	note_pid $joiner
	must_come has_join "$1" ff0e:7::
}

case_one long_join "a join of thousands keeps nobody else waiting"
long_join()
{
	family 6
	topology 2
	: | conf
	start
	_join_long r0
	ctl_ok add r0 $S1 $G1 r1
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	ctl_status 0 show
	ctl_ok remove r0 $S1 $G1
	alive $joiner || fail "it was not long enough: $(cat long.out long.err)"
	# When the client hangs up the join goes on; a reload ends it.
	kill $joiner
	ctl_shows 'ff0e:7::/112' show groups
	ctl_ok reload
	[ "$(join_count r0)" -eq 0 ] || fail "$(join_count r0) groups joined"
}

case_one long_join_ends "what ends a join of thousands before it is done"
long_join_ends()
{
	family 6
	topology 2
	: | conf
	start
	# A reload: the group was joined, and is left.
	_join_long r0
	ctl_ok reload
	wait $joiner || fail "the join failed: $(cat long.err)"
	[ "$(join_count r0)" -eq 0 ] || fail "$(join_count r0) groups joined"
	# An interface that goes.
	plug r5
	_join_long r5
	unplug r5
	wait $joiner || fail "the join failed: $(cat long.err)"
	ctl_shows 'mgroup from r5 group ff0e:7::/112' show pending
	# The command that leaves the group again.
	plug r6
	_join_long r6
	ctl_ok leave r6 ff0e:7::/112
	wait $joiner || fail "the join failed: $(cat long.err)"
	[ "$(join_count r6)" -eq 0 ] || fail "$(join_count r6) groups joined"
	# The engine dies: the client asks the next one.
	LIMIT='timeout 100' _join_long r6 115
	kill -9 "$(role engine)"
	wait $joiner || fail "the join failed: $(cat long.err)"
	expect_join r6 ff0e:7::
	expect_join r6 ff0e:7::1fff
	ctl_ok leave r6 ff0e:7::/115
	# the sockets of the dead engine are closed when the next one is ready
	must_come _none_joined r6
	stop
}

_none_joined() # IF
{
	[ "$(join_count "$1")" -eq 0 ]
}

# Linux lists the sources of an interface only if its newest group has sources.
_unhide()
{
	ctl_ok join r1 $S2 "$(addr_nth $GSSM 9)"
}

# Starts with memberships of each kind on r1, and a line more.
_start_joined() # [LINE]
{
	conf <<-EOF
		${1-}
		mgroup from r1 group $G1
		mgroup from r1 group $GFEW
		mgroup from r1 source $S1 group $GSSM
	EOF
	start
	ctl_ok join r1 $G2
}

# All of these memberships come back.
_all_back()
{
	must_come has_join r1 $G1
	must_come has_join r1 $G2
	must_come has_join r1 $GFEW_LAST
	_unhide
	must_come has_join r1 $S1 $GSSM
}

case_both late "a membership of an interface that comes late"
late()
{
	topology 1
	conf <<-EOF
		mgroup from r5 group $G1
		mgroup from r5 source $S1 group $GSSM
	EOF
	start
	plug r5
	must_come has_join r5 $G1
	must_come has_join r5 $S1 $GSSM
	ctl_status 0 join r6 $G2
	plug r6
	must_come has_join r6 $G2
}

case_both returns "memberships return with their interface"
returns()
{
	topology 2
	_start_joined
	unplug r1
	plug r1
	_all_back
	unplug r1
	ctl_status 0 leave r1 $G2
	plug r1
	must_come has_join r1 $G1
	must_come has_join r1 $GFEW_LAST
	expect_no_join r1 $G2
}

case_both renamed "memberships follow the name of the interface"
renamed()
{
	list_is_exact "$FAM"
	topology 2
	conf <<-EOF
		mgroup from r1 group $G1
		mgroup from x1 group $G2
	EOF
	start
	rename r1 x1
	must_come has_join x1 $G2
	must_come not has_join x1 $G1
	rename x1 r1
	must_come has_join r1 $G1
	must_come not has_join r1 $G2
}

case_both wildcard "a wildcard joins on every interface that matches"
wildcard()
{
	topology 2
	plug out0
	conf <<-EOF
		mgroup from r+ group $G1
	EOF
	start
	expect_join r0 $G1
	expect_join r1 $G1
	expect_no_join out0 $G1
	plug r2
	must_come has_join r2 $G1
	ctl_ok join out+ $G2
	expect_join out0 $G2
	ctl_ok leave out+ $G2
	expect_no_join out0 $G2
}

case_both disabled "no group is joined on a disabled interface"
disabled()
{
	topology 2
	conf <<-EOF
		phyint r1 disable
		mgroup from r0 group $G1
		mgroup from r1 group $G1
	EOF
	start
	expect_join r0 $G1
	expect_no_join r1 $G1
}

case_both down_up "memberships hold while an interface is down"
down_up()
{
	topology 2
	conf <<-EOF
		mgroup from r1 group $G1
		mgroup from r1 source $S1 group $GSSM
	EOF
	start
	down r1
	up r1
	must_come has_join r1 $G1
	_unhide
	must_come has_join r1 $S1 $GSSM
}

case_both reload "a reload leaves and joins the difference"
reload()
{
	topology 1
	conf <<-EOF
		mgroup from r0 group $G1
		mgroup from r0 group $G2
		mgroup from r0 source $S1 group $GSSM
		mgroup from r0 group $GFEW
	EOF
	start
	ctl_ok join r0 "$(addr_nth $G1 40)"
	conf <<-EOF
		mgroup from r0 group $G2
		mgroup from r0 group $G3
		mgroup from r0 source $S2 group $GSSM
	EOF
	ctl_ok reload
	expect_no_join r0 $G1
	expect_join r0 $G2
	expect_join r0 $G3
	expect_no_join r0 $S1 $GSSM
	expect_join r0 $S2 $GSSM
	expect_no_join r0 $GFEW_LAST
	expect_no_join r0 "$(addr_nth $G1 40)"	# it had been added at run time
}

case_both route_too "a group is joined and routed"
route_too()
{
	topology 2
	conf <<-EOF
		mgroup from r0 group $G1
		mroute from r0 group $G1 to r1
	EOF
	start
	expect_join r0 $G1
	expect_learned r0 $S1 $G1 r1
}

case_both join_only "packets of a group that is joined and not routed"
join_only()
{
	topology 2
	conf <<-EOF
		mgroup from r0 group $G1
	EOF
	start
	expect_join r0 $G1
	expect_stream r0 $S1 $G1
	daemon_alive
	ctl_ok add r0 $G1 r1
	expect_learned r0 $S2 $G1 r1
}

case_one refused "what cannot be joined is refused with a reason"
refused()
{
	topology 1
	conf </dev/null
	start
	ctl_fails 1 'multicast' join r0 $S1
	ctl_fails 1 . join r0 $X1 $S1
	ctl_fails 1 . leave r0 $G1
	expect_no_join r0 $S1
}

case_one shows "show groups lists what is configured and what is joined"
shows()
{
	topology 1
	conf <<-EOF
		mgroup from r0 group $G1
		mgroup from r0 source $S1 group $GSSM
	EOF
	start
	ctl_shows "\(\*, *$G1\) +r0" -p show groups
	ctl_shows "\($S1, *$GSSM\) +r0" -p show groups
	ctl_ok join r0 $G2
	ctl_shows "\(\*, *$G2\) +r0" -p show groups
	ctl_ok leave r0 $G2
	ctl_hides "$G2" -p show groups
}

# --- what the kernel drops, and what the network has to hear -----------------

# With an MTU below 1280 an interface has no IPv6 and no IPv6 groups.  The
# kernel does not report that the groups are dropped.
case_one mtu "memberships come back with IPv6 that a small MTU has ended"
mtu()
{
	need_linux "ip(8)"
	family 6
	topology 2
	_start_joined "mgroup from r0 group $G1"
	ctl_shows "$G1\) +r1" -p show groups -d
	in_router ip link set r1 mtu 1200
	must_come not has_join r1 $G1
	# show lists no group as joined that is not
	ctl_hides "$GFEW_LAST" -p show groups -d
	log_has 'kernel has dropped 19 IPv6 memberships' ||
	    fail "nothing in the log"
	in_router ip link set r1 mtu 1500
	_all_back
	ctl_shows "$GFEW_LAST\) +r1" -p show groups -d
	expect_join r0 $G1
	# The MTU goes down and up before the engine looks.
	printf 'link set r1 mtu 1200\nlink set r1 mtu 1500\n' >batch
	in_router ip -batch batch
	must_come has_join r1 $G1
	must_come has_join r1 $GFEW_LAST
	stop
	expect_no_join r1 $G1
}

# The sockets of a dead engine still list memberships that the kernel has
# dropped.  Closing them drops the membership of the next engine, too.
case_one mtu_engine "... also when the engine dies meanwhile"
mtu_engine()
{
	need_linux "ip(8)"
	family 6
	topology 1
	conf <<-EOF
		mgroup from r0 group $G1
	EOF
	start
	kill -STOP "$(role engine)"
	in_router ip link set r0 mtu 1200
	in_router ip link set r0 mtu 1500
	kill_role engine
	must_come replaced engine
	must_come log_has 'dropped 1 IPv6 membership'
	must_come has_join r0 $G1
	ctl_ok reload
	expect_join r0 $G1
}

# When the old daemon ends it closes sockets that still list what the kernel has
# dropped, and so drops the new daemon's memberships, too.
case_one mtu_takeover "... also when another daemon takes over by -x"
mtu_takeover()
{
	local first

	need_linux "ip(8)"
	family 6
	topology 2
	_start_joined
	# the old daemon has not joined again
	kill -STOP "$(role engine)"
	in_router ip link set r1 mtu 1200
	in_router ip link set r1 mtu 1500
	expect_no_join r1 $G1
	_take_over
	_all_back
	# the new daemon begins without IPv6 on the interface
	in_router ip link set r1 mtu 1200
	_take_over
	in_router ip link set r1 mtu 1500
	_all_back
}

# Another daemon takes over; the old one and its sockets are gone on return.
_take_over()
{
	first=$(daemon_pid)
	launch -x
	must_come gone "$first"
	# the parent does this after it has closed what it held of the old one
	ctl_ok add r0 $S1 $G1 r1
	ctl_ok remove r0 $S1 $G1
}

# Changes of the interface that do not make the kernel drop memberships.
case_both kept "memberships outlast what happens to their interface"
kept()
{
	local off

	need_linux "ip(8)"
	topology 2
	in_router ip link add br0 type bridge || atf_skip "no bridges"
	conf <<-EOF
		mgroup from r1 group $G1
	EOF
	start
	for off in "ip link set r1 down" "ip link set r1 master br0" \
	    "sysctl -qw net.ipv6.conf.r1.disable_ipv6=1" \
	    "ip link set r1 mtu 1400" "ip link set r1 multicast off" \
	    "ip -n $H link set h1 down"; do
		in_router $off
		ctl_ok reload
		case $off in
		*disable*) in_router sysctl -qw \
		    net.ipv6.conf.r1.disable_ipv6=0 ;;
		*multicast*) in_router ip link set r1 multicast on ;;
		*) in_router ip link set r1 up nomaster mtu 1500
		   ip -n "$H" link set h1 up ;;
		esac
		must_come has_join r1 $G1
		ctl_shows "$G1\) +r1" -p show groups -d
	done
	log_has 'has dropped' && fail "something was dropped"
	log_has 'cannot join' && fail "something was refused"
	return 0
}

# Linux reports a group from 0.0.0.0 if it is joined before the interface has an
# address, and does not report it again.
case_both first_address "groups are reported again from the first address"
first_address()
{
	local a1 a2

	topology 1
	a1=10.1.7.1 a2=10.1.7.2
	[ "$FAM" = 4 ] || a1=fe80::1 a2=fe80::2
	if_no_addresses "$R" r0
	conf <<-EOF
		mgroup from r0 group $G1
		mgroup from r0 source $S1 group $GSSM
	EOF
	reports_start r0 from
	start
	ctl_ok join r0 $G2
	must_come grep -q "^join $G2 $ANY\$" reports
	if_address "$R" r0 $a1/24
	must_come grep -q "^join $G1 $a1\$" reports
	must_come grep -q "^join $G2 $a1\$" reports
	must_come grep -q "^join $GSSM $a1\$" reports
	# A second address does not cause a report.
	if_address "$R" r0 $a2/24
	ctl_ok join r0 $G3
	must_come _twice "^join $G3 $a1\$"
	# for IPv6 the kernel itself reports again
	[ "$FAM" = 6 ] || [ "$(grep -c "^join $G1 $a1\$" reports)" -le 2 ] ||
	    fail "too often: $(cat reports)"
	! grep -q ^leave reports || fail "a leave: $(cat reports)"
	expect_join r0 $G1
	ctl_ok join r0 $S2 "$(addr_nth $GSSM 9)"	# as _unhide
	expect_join r0 $S1 $GSSM
	ctl_ok leave r0 $G1
	must_come grep -q "^leave $G1 " reports
	expect_no_join r0 $G1
}

_twice() # REGEX
{
	[ "$(grep -c "$1" reports)" -ge 2 ]
}

# With IGMPv2 leaving the group would send a leave at once.
case_one first_address_v2 "... and by IGMPv2 nothing is said to be left"
first_address_v2()
{
	need_linux "sysctl"
	topology 1
	if_no_addresses "$R" r0
	in_router sysctl -qw net.ipv4.conf.r0.force_igmp_version=2
	conf <<-EOF
		mgroup from r0 group $G1
	EOF
	reports_start r0 from
	start
	must_come grep -q "^join $G1 $ANY\$" reports
	if_address "$R" r0 10.1.7.1/24
	ctl_ok join r0 $G2
	must_come grep -q "^join $G2 10.1.7.1\$" reports
	! grep -q ^leave reports || fail "a leave: $(cat reports)"
	expect_join r0 $G1
}

case_both part_of_range "leaving a part of a range names the range"
part_of_range()
{
	local few=10.1.1.0/28

	[ "$FAM" = 4 ] || few=2001:db8:1:1::/124
	topology 1
	plug out0
	conf <<-EOF
		mgroup from r0 source $few group $GFEW
	EOF
	start
	ctl_ok join r0 $GFEW
	ctl_ok join out+ $G1
	ctl_fails 1 ": $GFEW_LAST is part of $GFEW, joined on r0: leave that\$" \
	    leave r0 $GFEW_LAST
	ctl_fails 1 ": $S1 $GFEW_LAST is part of $few $GFEW, joined on r0: " \
	    leave r0 $S1 $GFEW_LAST
	ctl_fails 1 ": $G1 is part of $G1, joined on out\+: leave that" \
	    leave out0 $G1
	ctl_fails 1 ': no such group$' leave r0 $G1
	ctl_fails 1 ': no such group$' leave r0 $S1 $G1
	ctl_fails 1 ': no such group$' leave out0 $GFEW_LAST
	[ "$(join_count r0)" -eq $GFEW_N ] || fail "$(join_count r0) groups"
	ctl_ok leave r0 $GFEW
	ctl_fails 1 ': no such group$' leave r0 $GFEW_LAST
}

_shown() # IF
{
	ctl show interfaces | grep -q "$1"
}

_lines() # REGEX N
{
	local n

	n=$(grep -Ec -- "$1" "$D.log")
	[ "$n" -eq "$2" ] || fail "'$1' is $n times in the log, not $2"
}

case_both limit_once "the limit of groups is logged once when it is reached"
limit_once()
{
	local i

	topology 4
	_groups() # LIMIT
	{
		conf <<-EOF
			limit groups $1
			mgroup from r+ group $GFEW
			mgroup from r+ group $G2
			mgroup from r+ group $G1
		EOF
	}
	_groups 10
	start
	_lines 'more than 10 memberships' 1
	for i in 5 6 7; do
		plug r$i
		must_come _shown r$i
	done
	ctl_ok reload
	_lines 'more than' 1
	# once the limit was not reached, it is logged again
	_groups 60000
	ctl_ok reload
	_groups 11
	ctl_ok reload
	_lines 'more than' 2
	_lines 'more than 11 memberships' 1
}

case_both refused_once "... as is one of the kernel, for all interfaces"
refused_once()
{
	local i

	topology 3
	conf <<-EOF
		mgroup from r+ group $GMANY
		mgroup from r+ source $S1 group $GMANY
	EOF
	ulimit -n 92
	start
	_lines 'r[0-9]: cannot join' 1
	for i in 5 6 7; do
		plug r$i
		must_come _shown r$i
	done
	ctl_ok reload
	_lines 'cannot join' 1
}
