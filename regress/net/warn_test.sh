#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Warnings: each is logged once, is in the output of every show, and refuses
# nothing.

. "$(atf_get_srcdir)/lib.sh"

# The warning must be in the log once, and in the stderr of show.
expect_warning() # REGEX
{
	must_come log_has "$1"
	[ "$(grep -Ec -- "$1" "$D.log")" -eq 1 ] || fail "more than once: $1"
	for what in routes groups interfaces; do
		ctl_status 0 show $what
		grep -Eq -- "$1" ctl.err || fail "not in show $what: $1
$(cat ctl.err)"
		! grep -Eq -- "$1" ctl.out || fail "among the rows: $1"
	done
	[ "$(grep -Ec -- "$1" "$D.log")" -eq 1 ] || fail "again, by show: $1"
}

expect_no_warning() # REGEX
{
	ctl_status 0 show routes
	! grep -Eq -- "$1" ctl.err || fail "still: $(cat ctl.err)"
}

case_both link_local "a group that no kernel routes"
link_local()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $GLINK to r1
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	expect_warning "$D.conf:1:.*$GLINK.* is link-local"
	expect_stream r0 $S1 $GLINK
	expect_stream r0 $S1 $G1 r1
	echo "mroute from r0 group $G1 to r1" | conf
	ctl_ok reload
	expect_no_warning link-local
	ctl_status 0 add r0 $GLINK r1
	expect_warning "^[a-z]+: $GLINK is link-local"
}

# Whatever the flag bits: reserved scope 0, one host, one link.
case_one scopes "IPv6 groups whose scope no kernel routes"
scopes()
{
	need_linux "/proc"
	family 6
	[ -e /proc/net/ip6_mr_vif ] ||
	    atf_skip "the kernel has no IPv6 multicast routing"
	topology 2
	{
		echo "mroute from r0 source $S1 group ff05::5 to r1"
		for g in ff00 ff10 ff01 ff11 ff02 ff12 ff32; do
			echo "mroute from r0 source $S1 group $g::5 to r1"
		done
	} | conf
	start
	expect_no_warning ff05
	expect_stream r0 $S1 ff05::5 r1
	for g in ff00 ff10 ff01 ff11 ff02 ff12 ff32; do
		expect_warning "'$g::5' is .*no kernel routes it"
		expect_stream r0 $S1 $g::5
	done
}

# The kernel takes a packet that leaves by an interface where the group is
# joined for one that came in there, too.
case_both hairpin_join "a group joined where packets go back out"
hairpin_join()
{
	topo_sends_back ||
		atf_skip "this kernel cannot send packets back"
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r0 r1
		mroute from r0 source $S1 group $G2 to r0
		mroute from r0 source $S1 group $G3 to r1
		mgroup from r1 group $G2
		mgroup from r0 group $G3
		mgroup from r0 group $G1
	EOF
	start
	expect_no_warning "outbound for ($G2|$G3)"
	expect_warning "r0 is inbound and outbound for $G1, and mgroup joins it"
	# and the warning is right: each packet goes 63 times
	expect_stream -t 64 -c 3 r0 $S1 $G1 r0=189 r1=189
	ctl_status 0 leave r0 $G1
	expect_no_warning 'joins it there'
	expect_stream -t 64 -c 3 r0 $S1 $G1 r0=3 r1=3
}

case_one typing "names that look like typing errors wait, which is told"
typing()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1, r2
		mroute from r0 group $G2 to r1@if2
		mroute from r0 group $G3 to "r1"
		mroute from r0 group 225.4.0.1 to r1; !r2
		mroute from any group 225.4.0.2 to r1
		mroute from * group 225.4.0.3 to r1
		mgroup from later0 group $G1
	EOF
	start
	expect_warning "7 lines wait for interfaces.*: .*'r1,' has a comma.*\
'r1@if2' has an '@'.*'\"r1\"' has a quote.*'r1;' has a semicolon.*\
'!r2' has a '!'.*'any' is a name like others.*'\*' has a '\*'"
	# however many wait
	{
		for i in 1 2 3 4 5 6 7 8 9; do
			echo "mroute from r0 group 225.4.1.$i to later$i"
		done
		awk 'BEGIN { for (i = 0; i < 4200; i++)
			printf("mroute from r0 group 225.5.%d.%d to later9\n",
			    i / 250, i % 250) }'
		echo "mroute from r0 group $G1 to r1, r2"
	} >many
	cp "$D.conf" few
	conf <many
	ctl_status 0 reload
	must_come log_has "4210 lines wait.*and others; 'r1,' has a comma"
	: >"$D.log"
	conf <few
	ctl_status 0 reload
	must_come log_has '7 lines wait'
	# it is not logged again when an interface comes and goes
	plug r3
	unplug r3
	ctl_shows later0 show pending
	[ "$(grep -c 'lines wait' $D.log)" -eq 1 ] || fail "again"
	conf <<-EOF
		mroute from r0 group $G1 to later0
	EOF
	ctl_status 0 reload
	must_come log_has ': 1 line waits for interfaces.*: later0$'
	conf <<-EOF
		mroute from r0 group $G1 to r1 r2
	EOF
	ctl_ok reload
	expect_no_warning wait
}

# 60 routes that conflict are more than are shown.
case_one others "many warnings of one kind hide none of another kind"
others()
{
	need_linux "sysctl"
	topology 4
	if_address "$R" r0 10.1.1.254/24
	if_address "$R" r1 10.2.1.254/24
	in_router sysctl -qw net.ipv4.conf.all.rp_filter=0 \
	    net.ipv4.conf.r0.rp_filter=1 net.ipv4.conf.r1.rp_filter=1
	{
		for i in 1 2 3 4 5 6; do
			for j in 0 1 2 3 4 5 6 7 8 9; do
				for r in r0 r1; do
					echo "mroute from $r source $S1 \
group 239.7.0.$i$j to r2"
				done
				echo "mroute from r0 source 10.77.7.$i$j \
group 239.7.1.1 to r2"
			done
		done
		echo "mroute from r3 group $G3 to r2 r3"
		echo "mgroup from r3 group $G3"
		echo "mroute from r1 source 10.88.8.8 group $G1 to r2"
	} | conf
	start
	expect_warning "r3 is inbound and outbound for $G3, and mgroup joins"
	ctl_status 0 show
	for kind in routes sources; do
		grep -q "1[0-9] more warnings about $kind are not shown" ctl.err ||
		    fail "$(cat ctl.err)"
	done
	# the one that is not shown is logged
	must_come log_has "r1: packets from 10.88.8.8 are dropped"
}

case_both loop "an inbound interface among the outbound ones"
loop()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 r0
		mroute from r0 source $S1 group $G2 to r0 r1
	EOF
	start
	expect_warning "$D.conf:1:.*'r0' is inbound and outbound"
	expect_warning "$D.conf:2:.*'r0' is inbound and outbound"
	if ! topo_sends_back; then
		expect_warning "sends no packet back .* as the route of $G1"
		expect_warning "sends no packet back .* as the route of $G2"
		expect_learned r0 $S1 $G1 r1
		expect_mfc $S1 $G2 r0 r1
		expect_stream -t 64 r0 $S1 $G2 r1
		return
	fi
	# packets go back where they came from
	expect_learned r0 $S1 $G1 r0 r1
	expect_mfc $S1 $G2 r0 r0 r1
	expect_stream -t 2 r0 $S1 $G2 r0 r1
	ctl_status 0 add r1 $S1 $G3 r1
	expect_mfc $S1 $G3 r1 r1
	expect_stream -t 2 r1 $S1 $G3 r1
}

case_one many "more warnings of lines than are shown: how many"
many()
{
	topology 2
	awk 'BEGIN {
		for (i = 0; i < 80; i++)
			print "mroute from r0 group 224.0.0." i " to r1"
	}' </dev/null | conf
	start
	ctl_status 0 show
	[ "$(grep -c 'is link-local' ctl.err)" -eq 50 ] ||
	    fail "not 50: $(cat ctl.err)"
	grep -q '30 more warnings about lines are not shown' ctl.err ||
	    fail "how many more: $(cat ctl.err)"
	# the same one again is not another one
	echo | conf
	ctl_ok reload
	for g in $G1 $G2 $G3; do
		ctl_status 0 add r0 $g r0
	done
	ctl_status 0 show
	[ "$(grep -c 'r0 is inbound and outbound' ctl.err)" -eq 1 ] ||
	    fail "not once: $(cat ctl.err)"
}

# What leaves by one interface comes back by the other.  Real packets would go
# round until their TTL is used up; here one packet stands for them.
case_both two_way "a bidirectional pair of which each side hears the other"
two_way()
{
	topo_sends_back ||
		atf_skip "this kernel's own copies look the same"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
		mroute from r1 group $G1 to r0
	EOF
	start
	expect_learned r0 $S1 $G1 r1
	expect_learned r1 $S2 $G1 r0
	expect_no_warning 'a loop'
	send -c 1 r1 $S1 $G1
	expect_warning "\($S1, $G1\) comes in on r0 and on r1.*a loop"
	hup
	expect_no_warning 'a loop'
}

case_both twice "two routes of one source and group from two interfaces"
twice()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r2
		mroute from r1 source $S1 group $G1 to r2
		mroute from r0 source $S1 group $G2 to r2
		mroute from r+ source $S1 group $G3 to r2
	EOF
	start
	expect_warning "\($S1, $G1\) is routed from each of r0 r1"
	expect_no_warning "$G2|$G3"
	ctl_ok remove r1 $S1 $G1
	expect_no_warning 'routed from each'
	ctl_ok add r1 $S1 $G2 r2
	expect_warning "\($S1, $G2\) is routed from each of r0 r1"
}

case_one rp_filter "a strict filter, and a source that is elsewhere"
rp_filter()
{
	need_linux "ip(8)"
	topology 3
	in_router ip addr add 10.1.1.254/24 dev r0
	in_router ip addr add 10.9.9.254/24 dev r1
	in_router sysctl -qw net.ipv4.conf.r0.rp_filter=1
	# the kernel is asked about 1,000 sources: S1 and 10.1.1.77 count once each
	conf <<-EOF
		$(awk -v s="$S1" 'BEGIN { for (i = 0; i < 600; i++) {
			g = "239.7." int(i / 256) "." i % 256
			print "mroute from r0 source", s, "group", g, "to r2"
			print "mroute from r0 source 10.1.1.77 group", g,
			    "to r2"
		} }')
		mroute from r0 source $S1 group $G1 to r2
		mroute from r0 source $X1 group $G1 to r2
		mroute from r0 source 10.77.7.7 group $G1 to r2
		mroute from r0 source 10.9.9.254 group $G1 to r2
		mroute from r1 source $S2 group $G1 to r2
		mroute from r0 group $G2 to r2
	EOF
	start
	expect_warning "r0: packets from $X1 are dropped.*unicast route.*by r1 \
\(net.ipv4.conf.r0.rp_filter is 1, strict\).*r0.rp_filter to 2"
	expect_warning "r0: packets from 10.77.7.7 are dropped.*no route back"
	expect_warning "r0: packets from 10.9.9.254 are dropped.*this machine"
	expect_no_warning "$S1|$S2"
	# and the warning is right
	expect_stream r0 $S1 $G1 r2
	expect_stream r0 $X1 $G1
	expect_stream r0 10.9.9.254 $G1
	expect_stream r1 $S2 $G1 r2
	# the advice helps
	in_router sysctl -qw net.ipv4.conf.r0.rp_filter=2
	expect_no_warning "$X1"
	expect_stream r0 $X1 $G1 r2
	# conf.all counts, too
	in_router sysctl -qw net.ipv4.conf.r0.rp_filter=0 \
	    net.ipv4.conf.all.rp_filter=1
	ctl_status 0 show
	grep -q "r1: packets from $S2 are dropped.*conf.all.rp_filter is 1" \
	    ctl.err || fail "conf.all is not seen: $(cat ctl.err)"
}

case_one loose_filter "a loose filter: no route back, no address, own address"
loose_filter()
{
	need_linux "ip(8)"
	topology 4
	in_router ip addr add 10.1.1.254/24 dev r0
	in_router ip addr add 10.9.9.254/24 dev r1
	in_router sysctl -qw net.ipv4.conf.all.rp_filter=0 \
	    net.ipv4.conf.r0.rp_filter=2 net.ipv4.conf.r2.rp_filter=2
	conf <<-EOF
		mroute from r0 source 10.77.7.7 group $G1 to r3
		mroute from r0 source $X1 group $G1 to r3
		mroute from r2 source $S1 group $G2 to r3
		mroute from r1 source 10.1.1.254 group $G2 to r3
		mroute from r1 source 10.88.8.8 group $G2 to r3
	EOF
	start
	expect_warning "r0: packets from 10.77.7.7 are dropped.*no route back.*\
\(net.ipv4.conf.r0.rp_filter is 2, loose\)"
	expect_warning "r2: packets from $S1 are dropped.*by r0, and the \
interface has no address.*conf.r2.rp_filter is 2"
	expect_warning "r1: packets from 10.1.1.254 are dropped.*this machine"
	expect_no_warning "$X1|10.88.8.8"
	# and the warning is right
	expect_stream r0 10.77.7.7 $G1
	expect_stream r0 $X1 $G1 r3
	expect_stream r2 $S1 $G2
	expect_stream r1 10.1.1.254 $G2
	expect_stream r1 10.88.8.8 $G2 r3
	# the advice helps
	in_router ip route add 10.77.7.0/24 dev r0
	in_router sysctl -qw net.ipv4.conf.r2.rp_filter=0
	expect_no_warning "10.77.7.7|$S1"
	expect_stream r0 10.77.7.7 $G1 r3
	expect_stream r2 $S1 $G2 r3
	# there is no warning of an interface that is down
	in_router sysctl -qw net.ipv4.conf.r1.rp_filter=0
	down r0
	expect_no_warning "r0: packets"
}

case_one memberships "memberships that the kernel refuses"
memberships()
{
	need_linux "sysctl"
	topology 1
	in_router sysctl -qw net.ipv4.igmp_max_memberships=0
	echo "mgroup from r0 group $GFEW" | conf
	start
	expect_warning "16 groups could not be joined.*igmp_max_memberships"
	in_router sysctl -qw net.ipv4.igmp_max_memberships=20
	ctl_ok reload
	expect_no_warning 'could not be joined'
	[ "$(join_count r0)" -ge 16 ] || fail "$(join_count r0) joined"
}

case_both forwarding "forwarding that is off stops no multicast: no warning"
forwarding()
{
	need_linux "sysctl"
	topology 3
	in_router sysctl -qw net.ipv$FAM.conf.r0.forwarding=0 \
	    net.ipv$FAM.conf.r2.forwarding=0
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	expect_no_warning .
	expect_stream r0 $S1 $G1 r1
}

case_one no_ipv6 "IPv6 that is disabled where it is to be routed"
no_ipv6()
{
	need_linux "/proc"
	family 6
	[ -e /proc/net/ip6_mr_vif ] ||
	    atf_skip "the kernel has no IPv6 multicast routing"
	topology 3
	in_router sysctl -qw net.ipv6.conf.r0.disable_ipv6=1 \
	    net.ipv6.conf.r1.disable_ipv6=1 net.ipv6.conf.r2.disable_ipv6=1
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r2 source 10.1.1.1 group 225.1.1.1 to r1
	EOF
	start
	expect_warning "r0: IPv6 is disabled"
	expect_warning "r1: IPv6 is disabled"
	expect_no_warning 'r2'
	expect_stream r0 $S1 $G1
	in_router sysctl -qw net.ipv6.conf.r0.disable_ipv6=0 \
	    net.ipv6.conf.r1.disable_ipv6=0
	expect_no_warning 'IPv6 is disabled'
	link_ready r0
	link_ready r1
	expect_stream r0 $S1 $G1 r1
}
