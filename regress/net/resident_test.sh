#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Resident entries: (*,G) rules that the kernel holds itself, by "kernel" and
# "wildcards kernel".

. "$(atf_get_srcdir)/lib.sh"

_any() { [ "$FAM" = 4 ] && echo 0.0.0.0 || echo ::; }

# The kernel must have this resident entry; its inbound interface is among its
# oifs.
wait_resident() # GRP IIF OIF ...
{
	wait_mfc "$(_any)" "$1" "$2" "$2" "$(shift 2; printf '%s\n' "$@")"
}

wait_no_resident() # GRP
{
	wait_no_mfc "$(_any)" "$1"
}

# show must give this reason why a rule is not resident.
expect_why() # GRP REGEX
{
	must_come _has_why "$@"
}

_has_why() # GRP REGEX
{
	ctl -p show routes >ctl.out 2>&1 || return 1
	grep -F "(*, $1)" ctl.out | grep -Eq "\[learned: .*$2"
}

_range()
{
	[ "$FAM" = 4 ] && echo 225.9.8.0/29 || echo ff0e::9:0/125
}

_in_range() # N
{
	addr_nth "$(_range | sed 's,/.*,,')" "$1"
}

case_both forwards "no flow is reported, and each is forwarded"
forwards()
{
	need_linux "routes that the kernel holds"
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1 r2 kernel
		mroute from r0 group $(_range) to r1 kernel
		mroute from r0 group $G3 to r2
	EOF
	start -l debug
	wait_resident $G1 r0 r1 r2
	wait_resident "$(_in_range 7)" r0 r1
	[ "$(mfc_count)" -eq 9 ] || fail "$(mfc)"
	expect_stream -S 20 r0 $S1 $G1 r1 r2
	expect_stream r0 $S2 "$(_in_range 0)" r1
	expect_stream r0 $S2 "$(_in_range 7)" r1
	[ "$(mfc_count)" -eq 9 ] || fail "$(mfc)"
	! log_has 'new flow' || fail "$(grep 'new flow' "$D.log")"
	ctl_shows "\(\*, $G1\) +r0 +r1 r2  \[kernel\]" -p show routes
	ctl_shows "\(\*, $G1\) +r0 +2000 +[0-9]+ +0  r1 r2" -p show routes -d
	ctl_hides "\(\*, $G3\).*\[" -p show routes
	ctl -j show routes >json || fail "$(cat json)"
	grep -q '"oifs":\["r1","r2"\],[^}]*"kernel":true' json ||
	    fail "$(cat json)"
	expect_learned r0 $S1 $G3 r2
	ctl_ok flush
	wait_resident $G1 r0 r1 r2
	stop
}

# Each source sends 10,000 packets/s, or what the machine can do.  The numbers
# for learned flows are reported beside it.
case_both burst "200 sources that begin at once: none loses a packet"
burst()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
		mroute from r0 group $G2 to r1
	EOF
	start -l debug
	wait_resident $G1 r0 r1
	expect_stream -c 100 -S 200 -r 2000000 r0 $S1 $G1 r1
	[ "$(mfc_count)" -eq 1 ] || fail "$(mfc)"
	! log_has 'new flow' || fail "it was asked"
	count_start
	send -c 10 -S 200 -r 10000 r0 $S1 $G2
	count_end r1=any
	echo "IPv$FAM, 200 sources at once, in the kernel and as fast as can" \
	    "be sent: 20000 of 20000 packets, 0 upcalls, 1 entry; learned," \
	    "10000/s: $(sed -n "s/^$(host_of r1) total //p" counted) of 2000," \
	    "$(grep -c 'new flow' "$D.log") upcalls," \
	    "$(($(mfc_count) - 1)) entries" >"${REPORTS:-.}/resident.$FAM"
}

case_both wildcards "all rules of any source, when the configuration says so"
wildcards()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
		mroute from r0 source $S1 group $G2 to r1
		wildcards kernel
	EOF
	start
	wait_resident $G1 r0 r1
	expect_mfc $S1 $G2 r0 r1
	{ cat "$D.conf"; echo wildcards learn; } >next
	cp next "$D.conf"
	ctl_ok reload
	wait_no_resident $G1
	expect_learned r0 $S2 $G1 r1
}

case_both why "what the kernel cannot hold is learned, and show says why"
why()
{
	need_linux "routes that the kernel holds"
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
		mroute from r1 group $G1 to r2 kernel
		mroute from r0 group $G2 to r1 kernel
		mroute from r2 source $(_sources) group $G2 to r1
		mroute from r0 group $(_many) to r1 kernel
		mroute from r0 group $G3 to r1 kernel
	EOF
	start
	wait_resident $G3 r0 r1
	expect_why $G1 'inbound and outbound: r1'
	expect_why $G2 "$D.conf:4 names sources of the group"
	expect_why "$(_many)" 'more than 4096 groups'
	[ "$(mfc_count)" -eq 1 ] || fail "$(mfc)"
	expect_learned r0 $S1 $G1 r1
	expect_learned r0 $S1 $G2 r1
	ctl -j show routes >json
	grep -q '"kernel":false,"why":"inbound and outbound: r1"' json ||
	    fail "$(cat json)"
	# the rule that stands in the way is removed
	ctl_ok remove r1 $G1
	wait_resident $G1 r0 r1
	wait_no_mfc $S1 $G1
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r1 $G1 r2
	wait_no_resident $G1
	expect_learned r0 $S1 $G1 r1
}

_sources() { [ "$FAM" = 4 ] && echo 10.1.1.0/24 || echo 2001:db8:1:1::/64; }
_many() { [ "$FAM" = 4 ] && echo 232.0.0.0/19 || echo ff3e::/112; }

case_both hook "with -e each source is learned"
hook()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
	EOF
	start -e /bin/true
	expect_learned r0 $S1 $G1 r1
	expect_why $G1 '-e'
}

case_both exact "an exact route is preferred to it, and so is a stop filter"
exact()
{
	need_linux "routes that the kernel holds"
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
		mroute from r0 source $S1 group $G1 to r2
		mroute from r0 group $G2 to r2
	EOF
	start
	wait_resident $G1 r0 r1
	# all rules that cover a flow add their outbound interfaces
	expect_stream r0 $S1 $G1 r1 r2
	expect_stream r0 $S2 $G1 r1
	ctl_ok remove r0 $S1 $G1
	wait_no_mfc $S1 $G1
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $S2 $G2 r1
	ctl_ok add r0 $G2 r2 kernel
	ctl_ok remove r0 $S2 $G2 r1	# leaves a rule that stops the flow
	wait_resident $G2 r0 r2
	expect_mfc $S2 $G2 r0
	expect_stream r0 $S2 $G2
	expect_stream r0 $S1 $G2 r2
}

# Other routes have its interfaces, too, so no slot changes.
case_both removed "a resident route goes, and flows below it stay as others say"
removed()
{
	need_linux "routes that the kernel holds"
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
		mroute from r0 source $S1 group $G1 to r2
		mroute from r0 group $G2 to r1 r2
	EOF
	start
	wait_resident $G1 r0 r1
	expect_stream r0 $S1 $G1 r1 r2
	expect_stream r0 $S2 $G1 r1
	expect_learned r0 $S2 $G2 r1 r2
	ctl_ok remove r0 $G1
	wait_no_resident $G1
	expect_mfc $S1 $G1 r0 r2
	expect_stream r0 $S1 $G1 r2
	expect_stopped r0 $S2 $G1
	expect_stream r0 $S2 $G2 r1 r2
	ctl_hides "\(\*, $G1\)" show routes
	# the next one is resident at once, with the flows that are there now
	ctl_ok add r0 $G1 r1 kernel
	wait_resident $G1 r0 r1
	expect_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S3 $G1 r1
}

case_both order "a learned flow is deleted once the kernel has the resident entry"
order()
{
	need_linux "routes that the kernel holds"
	need strace
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start
	expect_learned r0 $S1 $G1 r1
	trace_start "$(daemon_pid)" setsockopt,sendmsg,recvmsg
	echo "mroute from r0 group $G1 to r1 kernel" >"$D.conf"
	ctl_ok reload
	wait_no_mfc $S1 $G1
	trace_end
	tr '\n' ' ' <trace | grep -Eq "$ADD_PROXY.*sendmsg.*$DEL_MFC" ||
	    fail "$(cat trace)"
}

ADD_PROXY='(MRT6?_ADD_MFC_PROXY|0xd2)'
DEL_MFC='(MRT6?_DEL_MFC|0xcd)'
DEL_PROXY='(MRT6?_DEL_MFC_PROXY|0xd3)'

case_both to_and_fro "learned, in the kernel, learned: no packet is lost"
to_and_fro()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start
	expect_learned r0 $S1 $G1 r1
	count_start
	# each source sends less than the kernel holds back for a busy engine
	stream_start -S 10 -r 250 r0 $S1 $G1
	for i in 1 2 3 4 5; do
		echo "mroute from r0 group $G1 to r1 kernel" >"$D.conf"
		ctl_ok reload
		wait_resident $G1 r0 r1
		must_come has_entries 1
		echo "mroute from r0 group $G1 to r1" >"$D.conf"
		ctl_ok reload
		wait_no_resident $G1
		must_come has_entries 10
	done
	stream_end
	count_end r1="$sent"
}

case_both reload "a reload leaves it as it is"
reload()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
	EOF
	start
	wait_resident $G1 r0 r1
	count_start
	stream_start -r 10000 r0 $S1 $G1
	for i in 1 2 3; do
		ctl_ok reload
	done
	stream_end
	count_end r1="$sent"
	[ "$(kernel_mfc_packets "$R" $FAM "$(_any)" $G1)" -eq "$sent" ] ||
	    fail "the entry is another one"
}

case_both engine_killed "the next engine adopts it"
engine_killed()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
	EOF
	start
	wait_resident $G1 r0 r1
	ctl_ok add r0 $G2 r1 kernel
	wait_resident $G2 r0 r1
	count_start
	stream_start -S 10 -r 10000 r0 $S1 $G1
	replace engine
	ctl_shows "\(\*, $G1\) .*\[kernel\]" -p show routes
	ctl_shows "\(\*, $G2\) .*\[kernel\]" -p show routes
	stream_end
	count_end r1="$sent"
	[ "$(mfc_count)" -eq 2 ] || fail "$(mfc)"
	expect_stream r0 $S1 $G2 r1
	# an entry that is no longer wanted is deleted
	echo "# nothing" >"$D.conf"
	ctl_ok reload
	wait_no_resident $G1
	wait_no_resident $G2
}


case_both changes "smcroutectl adds, changes and removes it"
changes()
{
	need_linux "routes that the kernel holds"
	topology 3
	: >"$D.conf"
	start
	ctl_ok add r0 $G1 r1 kernel
	wait_resident $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $G1 r2
	wait_resident $G1 r0 r1 r2
	ctl_ok remove r0 $G1 r1
	wait_resident $G1 r0 r2
	expect_stream r0 $S1 $G1 r2
	ctl_ok remove r0 $G1
	wait_no_resident $G1
	ctl_fails 1 "'kernel' is for routes of any source" \
	    add r0 $S1 $G1 r1 kernel
	ctl_fails 1 "expected outbound interfaces" add r0 $G1 kernel
}

case_both several "from several interfaces, each by itself"
several()
{
	need_linux "routes that the kernel holds"
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r2 kernel
		mroute from r1 group $G1 to r2 kernel
	EOF
	start
	must_come has_entries 2
	expect_stream -c 30 r0 $S1 $G1 r2
	expect_stream -c 7 r1 $S2 $G1 r2
	ctl_shows "\(\*, $G1\) +r0 +30 " -p show routes -d
	ctl_shows "\(\*, $G1\) +r1 +7 " -p show routes -d
	ctl_ok remove r0 $G1
	must_come has_entries 1
	expect_stream r1 $S2 $G1 r2
}

case_one several_of_many "... but not while the kernel has a great many routes"
several_of_many()
{
	need_linux "routes that the kernel holds"
	topology 3
	{
		echo "mroute from r0 group $G1 to r2 kernel"
		echo "mroute from r1 group $G1 to r2 kernel"
		echo "mroute from r0 group $G2 to r2 kernel"
		awk 'BEGIN { for (i = 0; i < 20000; i++) printf "mroute " \
		    "from r0 source 10.9.%d.%d group 232.1.1.1 to r1\n",
		    i / 256, i % 256 }' </dev/null
	} | conf
	start
	must_come has_entries 20003
	ctl_hides "\(\*, $G1\) +r[01] +[0-9]" -p show routes -d
	ctl_shows "\(\*, $G2\) +r0 +0 +0 " -p show routes -d
	ctl_shows '10.9.0.1, 232.1.1.1\) +r0 +0 +0 ' -p show routes -d
}

case_both interfaces "interfaces come and go, and slots get others"
interfaces()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 r5 kernel
		mroute from r5 group $G2 to r1 kernel
		mroute from r6 group $G3 to r1
	EOF
	start
	wait_resident $G1 r0 r1
	plug r5
	wait_resident $G1 r0 r1 r5
	wait_resident $G2 r5 r1
	expect_stream r0 $S1 $G1 r1 r5
	unplug r5
	wait_resident $G1 r0 r1
	wait_no_resident $G2
	plug r6
	expect_learned r6 $S1 $G3 r1
	# r6 gets nothing of r5's entries
	expect_stream r6 $S1 $G2
	expect_stream r0 $S1 $G1 r1
	plug r5
	wait_resident $G1 r0 r1 r5
	wait_resident $G2 r5 r1
	expect_stream r5 $S1 $G2 r1
	stop
}

case_both lost_while_dead "an interface goes while there is no engine"
lost_while_dead()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r5 group $G2 to r1 kernel
		mroute from r6 group $G3 to r1
	EOF
	plug r5
	start
	wait_resident $G2 r5 r1
	kill -STOP "$(nursery engine)"
	kill_role engine
	unplug r5
	plug r6
	kill -CONT "$(nursery engine)"
	must_come replaced engine
	expect_learned r6 $S1 $G3 r1
	expect_stream r6 $S1 $G2
	wait_no_resident $G2
	# the entry's interface is gone, so verbs cannot name it by slot
	must_come _no_orphan
}

_no_orphan()
{
	! ip -n "$R" "-$FAM" mroute show | grep -F "($(_any),"
}

# The kernel has entries of all groups of RANGE on each of so many interfaces.
# All these interfaces but one go while there is no engine.
_lost_many() # INTERFACES RANGE GROUPS
{
	local i=1

	topology $(($1 + 1))
	while [ $i -le "$1" ]; do
		echo "mroute from r$i group $2 to r0 kernel"
		i=$((i + 1))
	done | conf
	start
	ctl_ok add r1 $S1 $GSSM r0
	must_come has_entries $(($1 * $3 + 1))
	kill -STOP "$(nursery engine)"
	kill_role engine
	i=2
	while [ $i -le "$1" ]; do
		unplug r$i
		i=$((i + 1))
	done
	kill -CONT "$(nursery engine)"
	must_come replaced engine
	must_come ctl show interfaces >/dev/null
	# a list that is read while it changes lacks entries
	wait_mfc $S1 $GSSM r1 r0
	must_come has_entries $(($3 + 1))
	[ "$(grep -c 'engine [0-9]* ended' "$D.log")" -eq 1 ] ||
	    fail "more than one engine has ended: $(tail "$D.log")"
}

case_one lost_many "... nine interfaces, with 4,096 groups on each"
lost_many() { _lost_many 10 239.16.0.0/20 4096; }

# The kernel lists these; of more the engine has a table.
case_one lost_many_listed "... eight interfaces, with 2,048 groups on each"
lost_many_listed() { _lost_many 9 239.16.0.0/21 2048; }

case_both new_while_dead "an interface comes while there is no engine"
new_while_dead()
{
	need_linux "routes that the kernel holds"
	need strace
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 r5 kernel
		mroute from r0 group $G2 to r1
	EOF
	start
	wait_resident $G1 r0 r1
	expect_learned r0 $S1 $G2 r1
	trace_start "$(daemon_pid)" setsockopt
	kill -STOP "$(nursery engine)"
	kill_role engine
	plug r5
	kill -CONT "$(nursery engine)"
	must_come replaced engine
	wait_resident $G1 r0 r1 r5
	trace_end
	! grep -E "$DEL_MFC|$DEL_PROXY" trace || fail "it has removed entries"
	grep -Eq "$ADD_PROXY" trace || fail "the trace shows nothing"
}

case_both no_option "a kernel without the option: all is learned"
no_option()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
		mroute from r0 group $G2 to r1 kernel
	EOF
	start_without proxy
	expect_why $G1 'this kernel has no resident entries'
	[ "$(grep -c 'refuses resident' $D.log)" -eq 1 ] || fail "$(cat $D.log)"
	expect_learned r0 $S1 $G1 r1
	count_start
	stream_start -r 20000 r0 $S1 $G1
	for i in 1 2 3; do
		replace engine
		expect_why $G1 'this kernel has no resident entries'
	done
	stream_end
	count_end r1="$sent"
	expect_learned r0 $S1 $G2 r1
}

# The parent believes that the machine has little memory.
case_one no_room "what the kernel has no room for is learned, the rest is not"
no_room()
{
	need_linux "routes that the kernel holds"
	need_tool rogue
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1 kernel
		mroute from r0 group 226.1.0.0/21 to r1 kernel
	EOF
	"$TOOLS/rogue" -m 33554432 /bin/true ||
		atf_skip "no machine can be made smaller"
	printf '#!/bin/sh\nexec %s -m 33554432 %s "$@"\n' "$TOOLS/rogue" \
	    "$SMCROUTED" >wrapper
	chmod 755 wrapper
	SMCROUTED=$W/wrapper start
	must_come _is_partly 'of 2048 groups; 226.*No space left'
	[ "$(mfc_count)" -gt 1000 ] || fail "$(mfc_count) are left"
	[ "$(grep -c 'refuses resident' $D.log)" -eq 1 ] || fail "$(cat $D.log)"
	mfc >held
	for i in 0 1 2 3 4 5 6 7; do
		if grep -q " 226.1.$i.77 " held; then
			expect_stream r0 $S1 226.1.$i.77 r1
		else
			expect_learned r0 $S1 226.1.$i.77 r1
		fi
	done
	mfc | grep -q "^$S1 226" || fail "none was learned"
	ctl -j show routes >json
	grep -q '"kernel":false,"why":"[0-9]* of 2048 groups' json ||
	    fail "$(head -n 5 json)"
}

_is_partly() # REGEX
{
	ctl -p show routes >ctl.out 2>&1 && grep -Eq "\[kernel: .*$1" ctl.out
}

case_both waits "show says why nothing can be in the kernel yet"
waits()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r7 group $G1 to r1 kernel
		mroute from r0 group $G2 to r7 kernel
		mroute from r0 group $(_range) to r1 kernel
		mroute from r1 group $(_in_range 3) to r0
	EOF
	start
	expect_why $G1 'no inbound interface'
	expect_why $G2 'no outbound interface'
	must_come _is_partly "7 of 8 groups; $(_in_range 3): inbound and"
	ctl_ok add r0 "$(_sources)" $G2 r1
	expect_why $G2 'smcroutectl has added a rule that names sources of the group'
	plug r7
	wait_resident $G1 r7 r1
	ctl_shows "\(\*, $G1\) .*\[kernel\]" -p show routes
}

case_one threshold "the threshold of the inbound interface does not count"
threshold()
{
	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		phyint r0 ttl-threshold 255
		mroute from r0 group $G1 to r1 kernel
	EOF
	start -l debug
	must_come has_entries 1
	expect_stream -c 1000 -r 2000 r0 $S1 $G1 r1
	! log_has 'new flow' || fail "it was asked"
}

case_both taken_back "an add that fails leaves the rule as it was"
taken_back()
{
	local i=0

	need_linux "routes that the kernel holds"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start
	while [ $i -lt 31 ]; do
		plug d$i
		i=$((i + 1))
	done
	# shellcheck disable=SC2046
	ctl_ok add r0 $G3 $(seq -f d%.0f 0 29)
	ctl_fails 1 'no VIF left' add r0 $G1 d30 kernel
	expect_learned r0 $S1 $G1 r1
	ctl_hides "$G1.*\[" -p show routes
	# and the route is removed without the word "kernel"
	ctl_ok add r0 $G1 r1 kernel
	wait_resident $G1 r0 r1
	ctl_status 1 remove r0 $G1 kernel
	ctl_status 1 remove r0 $G1 r1 kernel
	wait_resident $G1 r0 r1
	ctl_ok remove r0 $G1
	wait_no_resident $G1
}

case_one unspecified "a flow from :: that is unanswered when an engine dies"
unspecified()
{
	need_linux "ip(8)"
	family 6
	topology 3
	conf <<-EOF
		mroute from r1 group $G2 to r2
	EOF
	start
	send -c 2 r1 :: $G2
	ip -n "$R" -6 mroute show | grep -q "(::,$G2)" ||
	    atf_skip "this kernel keeps no flow of ::"
	conf <<-EOF
		mroute from r1 group $G2 to r2 kernel
	EOF
	kill_role engine
	must_come replaced engine
	wait_resident $G2 r1 r2
	! log_has 'bad message' || fail "$(cat $D.log)"
}

# Each group was once compared with each rule that names sources.  That took
# minutes, in which the engine did not answer, so it was replaced.
case_one much "a quarter of a million groups beside 20,000 rules of sources"
much()
{
	local engine

	need_linux "routes that the kernel holds"
	topology 2
	awk 'BEGIN {
		for (i = 0; i < 64; i++)
			print "mroute from r0 group 227." i ".0.0/20 to r1 kernel"
		print "mroute from r1 group 227.0.0.0/8 to r0"
		for (i = 0; i < 20000; i++)
			printf "mroute from r0 source 10.1.1.0/24 group" \
			    " 226.%d.%d.%d to r1\n", i / 65536,
			    i / 256 % 256, i % 256
	}' >"$D.conf"
	start
	engine=$(role engine)
	expect_why 227.63.0.0/20 'inbound and outbound'
	for i in 1 2 3; do
		ctl_ok reload
		expect_learned r0 10.1.1.$i 226.0.1.$i r1
	done
	ctl_ok add r0 $G1 r1 kernel
	wait_resident $G1 r0 r1
	[ "$(role engine)" = "$engine" ] || fail "$(cat $D.log)"
}

# The reasons shown are those of the rules in force now.
case_one show_meanwhile "show while a reload waits for a VIF"
show_meanwhile()
{
	local engine

	need_linux "routes that the kernel holds"
	need strace
	topology 3
	{
		echo "mroute from r0 group $G1 to r1 kernel"
		awk 'BEGIN {
			for (i = 0; i < 60000; i++)
				printf "mroute from r0 source 10.1.1.0/24" \
				    " group 226.%d.%d.%d to r1\n", i / 65536,
				    i / 256 % 256, i % 256
		}'
	} >"$D.conf"
	start
	wait_resident $G1 r0 r1
	engine=$(role engine)
	echo "mroute from r0 group $G1 to r1 r2 kernel" >"$D.conf"
	trace_start "$(daemon_pid)" setsockopt -e inject=setsockopt:delay_enter=500000:when=1
	ctl reload &
	while alive $!; do
		ctl show routes >/dev/null || fail "no answer"
	done
	[ "$(role engine)" = "$engine" ] || fail "$(cat $D.log)"
	wait_resident $G1 r0 r1 r2
	trace_end
}
