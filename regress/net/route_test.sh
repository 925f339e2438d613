#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Static routes forward their own flows to their outbound interfaces, and no
# other packet.

. "$(atf_get_srcdir)/lib.sh"

case_both static_sg "a static (S,G) forwards its flow and nothing else"
static_sg()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
	EOF
	start
	expect_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_stopped r0 $S2 $G1	# another source
	expect_stopped r0 $S1 $G2	# another group
	expect_stream r3 $S1 $G1	# another interface
	expect_mfc $S1 $G1 r0 r1 r2
}

case_both clauses "source, group and to in any order, tabs, comments, blanks"
clauses()
{
	topology 3
	printf '%s\n' \
	    "# comment" "" "   " \
	    "	mroute	from  r0	group $G1 to r1 source $S1   # r2" \
	    "mroute group $G2 from r0 source $S1 to r1 r2#r9" \
	    "mroute to r2 from r0 group $G3 source $S1" | conf
	start
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G2 r0 r1 r2
	expect_mfc $S1 $G3 r0 r2
}

case_both file_forms "CRLF, a byte order mark, no newline at the end"
file_forms()
{
	topology 3
	printf '\357\273\277mroute from r0 source %s group %s to r1\r\n' \
	    $S1 $G1 >$D.conf
	printf 'phyint r2 enable\r\n\r\n# comment\r\n' >>$D.conf
	printf 'mroute from r0 source %s group %s to r2' $S1 $G2 >>$D.conf
	start
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G2 r0 r2
}

case_both same_key "lines of the same source, group and interface add up"
same_key()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 source $S1 group $G2 to r3
		mroute from r0 source $S1 group $G1 to r2 r1
	EOF
	start
	expect_mfc $S1 $G1 r0 r1 r2
	expect_mfc $S1 $G2 r0 r3
	expect_stream r0 $S1 $G1 r1 r2
}

case_both add_remove "smcroutectl add and remove are in the kernel at once"
add_remove()
{
	topology 4
	conf </dev/null
	start
	ctl_ok add r0 $S1 $G1 r1
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $S1 $G1 r2 r3	# adds to what is there
	expect_mfc $S1 $G1 r0 r1 r2 r3
	expect_stream r0 $S1 $G1 r1 r2 r3
	ctl_ok remove r0 $S1 $G1 r2	# only this one goes
	expect_mfc $S1 $G1 r0 r1 r3
	expect_stream r0 $S1 $G1 r1 r3
	ctl_ok add r0 $S1 $G2 r2
	ctl_ok remove r0 $S1 $G1
	expect_no_route $S1 $G1
	expect_mfc $S1 $G2 r0 r2
	expect_stream r0 $S1 $G1
}

case_both remove_all_oifs "a route whose last oif is removed stops its flow"
remove_all_oifs()
{
	topology 3
	conf </dev/null
	start
	ctl_ok add r0 $S1 $G1 r1 r2
	ctl_ok remove r0 $S1 $G1 r1 r2
	expect_mfc $S1 $G1 r0
	expect_stream r0 $S1 $G1
	ctl_ok add r0 $S1 $G1 r2
	expect_mfc $S1 $G1 r0 r2
	expect_stream r0 $S1 $G1 r2
}

case_both stop_filter "... also against wider rules, until it is removed"
stop_filter()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1
		mroute from r0 source $S1 group $G1 to r2
	EOF
	start
	expect_mfc $S1 $G1 r0 r1 r2
	ctl_ok remove r0 $S1 $G1 r2
	expect_mfc $S1 $G1 r0
	expect_stream r0 $S1 $G1
	expect_learned r0 $S2 $G1 r1
	ctl_ok remove r0 $S1 $G1
	expect_learned r0 $S1 $G1 r1
}

case_both add_conf_route "smcroutectl adds to and removes from configured routes"
add_conf_route()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	ctl_ok add r0 $S1 $G1 r2
	expect_mfc $S1 $G1 r0 r1 r2
	ctl_ok remove r0 $S1 $G1 r1
	expect_mfc $S1 $G1 r0 r2
	ctl_ok remove r0 $S1 $G1
	expect_no_route $S1 $G1
}

case_both any_source_zero "the source 0.0.0.0 or :: is any source"
any_source_zero()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $ANY group $G1 to r1
	EOF
	start
	expect_learned r0 $S1 $G1 r1
	ctl_ok add r0 $ANY $G2 r2
	expect_learned r0 $X1 $G2 r2
	ctl_ok remove r0 $ANY $G2
	expect_no_route $X1 $G2
	expect_stream r0 $X1 $G2
}

# IPv6 has no thresholds in the kernel's entries.
case_one ttl_threshold "packets pass only above the threshold of an interface"
ttl_threshold()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2 r3
		phyint r1 ttl-threshold 3
		phyint r2 enable ttl-threshold 254
	EOF
	start
	expect_mfc $S1 $G1 r0 r1/3 r2/254 r3
	expect_stream -t 2 r0 $S1 $G1 r3
	expect_stream -t 3 r0 $S1 $G1 r3
	expect_stream -t 4 r0 $S1 $G1 r1 r3
	expect_stream -t 254 r0 $S1 $G1 r1 r3
	expect_stream -t 255 r0 $S1 $G1 r1 r2 r3
}

case_one ttl_of_rule "thresholds hold for learned flows as for static ones"
ttl_of_rule()
{
	topology 3
	conf <<-EOF
		phyint r1 ttl-threshold 3
		mroute from r0 group $G1 to r1 r2
	EOF
	start
	expect_stream -c 4 r0 $S1 $G1 r1 r2
	wait_mfc $S1 $G1 r0 r1/3 r2
	expect_stream -t 3 r0 $S1 $G1 r2
	expect_stream -t 4 r0 $S1 $G1 r1 r2
}

case_one ttl_closed "a threshold of 255 closes an interface"
ttl_closed()
{
	topology 3
	conf <<-EOF
		phyint r1 ttl-threshold 255
		mroute from r0 source $S1 group $G1 to r1 r2
	EOF
	start
	expect_mfc $S1 $G1 r0 r2
	expect_stream -t 255 r0 $S1 $G1 r2
}

case_one ttl_reload "a threshold changes with a reload"
ttl_reload()
{
	topology 3
	conf <<-EOF
		phyint r1 ttl-threshold 3
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1 r2
	EOF
	start
	expect_stream -c 4 r0 $S1 $G2 r1 r2
	wait_mfc $S1 $G2 r0 r1/3 r2
	conf <<-EOF
		phyint r1 ttl-threshold 5
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1 r2
	EOF
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1/5 r2
	expect_mfc $S1 $G2 r0 r1/5 r2
	expect_stream -t 5 r0 $S1 $G1 r2
	expect_stream -t 6 r0 $S1 $G2 r1 r2
}

case_both ttl_1 "a TTL of 1 is never routed"
ttl_1()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1 r2
	EOF
	start
	expect_stream -t 1 r0 $S1 $G1
	expect_stream -t 2 r0 $S1 $G1 r1 r2
}

case_both host_bits "host bits in a prefix are ignored"
host_bits()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $SHOST group $GHOST to r1
	EOF
	start
	expect_learned r0 $S1 $GIN1 r1
	expect_learned r0 $S2 $GIN2 r1
	expect_stopped r0 $X1 $GIN1
	expect_stopped r0 $S1 $GOUT
}

case_both full_length "a prefix of full length is a single address"
full_length()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1/$BITS group $G1/$BITS to r1
	EOF
	start
	expect_mfc $S1 $G1 r0 r1
	ctl_ok add r0 $S2/$BITS $G2/$BITS r2
	expect_mfc $S2 $G2 r0 r2
	ctl_ok remove r0 $S2 $G2
	expect_no_route $S2 $G2
}

case_both zero_length "a prefix of length 0 covers all"
zero_length()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $ANY/0 group $GALL to r1
	EOF
	start
	expect_learned r0 $S1 $G1 r1
	expect_learned r0 $X1 $GIN2 r1
}

case_both off_link "sources need not be on-link nor have a route"
off_link()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $X1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
	start
	expect_stream r0 $X1 $G1 r1
	expect_learned r0 $X2 $G2 r1
}

case_both many_oifs "a route to more interfaces than a short line holds"
many_oifs()
{
	local i=1 oifs=

	topology "$SLOTS"
	while [ $i -lt "$SLOTS" ]; do
		oifs="$oifs r$i"
		i=$((i + 1))
	done
	# More words than slots, and a line of more than 4,096 bytes.
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to $oifs $oifs $oifs $oifs \
		    # $(printf '%4096s' x)
	EOF
	sed 's/\\$//' $D.conf | tr -d '\n' >c && mv c $D.conf
	start
	# shellcheck disable=SC2086
	expect_mfc $S1 $G1 r0 $oifs
	# shellcheck disable=SC2086
	expect_stream -c 10 r0 $S1 $G1 $oifs
}

case_both iif_wildcard "a wildcard for inbound interfaces is every one of them"
iif_wildcard()
{
	topology 4
	plug out0
	conf <<-EOF
		mroute from r+ source $S1 group $G1 to out0
		mroute from r+ group $G2 to out0
	EOF
	start
	# The kernel has one entry for them.  It begins on the first interface,
	# and moves when the flow comes in elsewhere.
	expect_learned r1 $S1 $G2 out0
	expect_learned r2 $S2 $G2 out0
	expect_learned r3 $S3 $G2 out0
	expect_stopped out0 $X1 $G2
}

case_both oif_wildcard "a wildcard for oifs leaves out the iif"
oif_wildcard()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r+
		mroute from r1 group $G2 to r+
	EOF
	start
	expect_mfc $S1 $G1 r0 r1 r2 r3
	expect_stream r0 $S1 $G1 r1 r2 r3
	expect_learned r1 $S1 $G2 r0 r2 r3
	expect_stopped r0 $S2 $G2
	topo_sends_back || return 0
	# Named in full, the iif is an oif, too.
	ctl_status 0 add r0 $S2 $G1 r+ r0
	expect_mfc $S2 $G1 r0 r0 r1 r2 r3
	ctl_status 0 remove r0 $S2 $G1
}

case_both wildcard_both "wildcards on both sides never send a flow back"
wildcard_both()
{
	topology 3
	conf <<-EOF
		mroute from r+ group $G1 to r+
	EOF
	start
	expect_learned r0 $S1 $G1 r1 r2
	expect_learned r1 $S2 $G1 r0 r2
	expect_learned r2 $S3 $G1 r0 r1
}

case_one both_families "IPv4 and IPv6 routes beside each other"
both_families()
{
	topology 3
	family 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r2
	EOF
	family 6
	cat >>$D.conf <<-EOF
		mroute from r0 source $S1 group $G1 to r2
		mroute from r0 group $G2 to r1
	EOF
	start
	family 4
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S2 $G2 r2
	family 6
	expect_stream r0 $S1 $G1 r2
	expect_learned r0 $S2 $G2 r1
}

case_both loopback "the loopback interface may be routed from"
loopback()
{
	need_linux "the interface lo"
	topology 2
	conf <<-EOF
		mroute from lo source $S1 group $G1 to r1
		mroute from lo group $G2 to r1
		mroute from r0 source $S1 group $G3 to r1 lo
	EOF
	start
	expect_mfc $S1 $G1 lo r1
	expect_mfc $S1 $G3 r0 lo r1
	expect_stream r0 $S1 $G3 r1
}

case_both no_phyint "with -N and phyint lines as without"
no_phyint()
{
	topology 3
	conf <<-EOF
		phyint r0 enable
		phyint r1 enable
		phyint r2 enable
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1
	EOF
	start -N
	expect_stream r0 $S1 $G1 r1 r2
	expect_learned r0 $S1 $G2 r1
	stop
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
	EOF
	start -N
	expect_stream r0 $S1 $G1 r1 r2
}

case_both unchanged "entries of a daemon that has ended are gone"
unchanged()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
	start
	expect_learned r0 $S1 $G2 r1
	stop
	[ "$(mfc_count)" -eq 0 ] || fail "left in the kernel: $(mfc)"
	expect_stream r0 $S1 $G1
	start
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S1 $G2 r1
}
