#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Interfaces that come late, go, return or change their names, and the slots that
# they get.

. "$(atf_get_srcdir)/lib.sh"

case_both late_iif "an inbound interface that comes late"
late_iif()
{
	topology 2
	conf <<-EOF
		mroute from r5 source $S1 group $G1 to r1
		mroute from r5 group $G2 to r1
		mroute from r0 source $S1 group $G3 to r1
	EOF
	start
	expect_no_mfc $S1 $G1
	plug r5
	wait_mfc $S1 $G1 r5 r1
	expect_stream r5 $S1 $G1 r1
	expect_learned r5 $S2 $G2 r1
	expect_stream r0 $S1 $G3 r1
}

case_both late_oif "an outbound interface that comes late"
late_oif()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r5
		mroute from r0 group $G2 to r1 r5
		mroute from r0 source $S1 group $G3 to r5 r6
	EOF
	start
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G3 r0		# none of its oifs exists
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S1 $G3
	expect_learned r0 $S2 $G2 r1
	plug r5
	wait_mfc $S1 $G1 r0 r1 r5
	wait_mfc $S1 $G3 r0 r5
	wait_mfc $S2 $G2 r0 r1 r5	# a flow that had been learned before
	expect_stream r0 $S1 $G1 r1 r5
	expect_stream r0 $S2 $G2 r1 r5
	expect_stream r0 $S1 $G3 r5
	expect_learned r0 $S3 $G2 r1 r5
}

# Linux gives no VIF to an interface whose MTU is too small for IPv4; only lo can
# have such an MTU.
case_one refused_slot "a VIF that the kernel has refused is asked for again"
refused_slot()
{
	need_linux "ip(8)"
	topology 2
	in_router ip link set lo mtu 60
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 lo
	EOF
	start
	log_has 'VIF lo: ' || fail "the kernel did not refuse it"
	expect_mfc $S1 $G1 r0 r1
	in_router ip link set lo mtu 65536
	wait_mfc $S1 $G1 r0 lo r1
}

case_both late_add "smcroutectl add for interfaces that do not exist yet"
late_add()
{
	topology 1
	conf </dev/null
	start
	ctl_status 0 add r5 $S1 $G1 r6
	ctl_status 0 add r5 $G2 r6
	plug r6
	plug r5
	wait_mfc $S1 $G1 r5 r6
	expect_stream r5 $S1 $G1 r6
	expect_learned r5 $S2 $G2 r6
	ctl_status 0 add r7 $S1 $G3 r6
	ctl_status 0 remove r7 $S1 $G3
	plug r7
	plug r8
	ctl_ok add r8 $S1 $G3 r6
	expect_mfc $S1 $G3 r8 r6
}

case_both late_all "every interface comes after the daemon"
late_all()
{
	topology 0
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1 r2
	EOF
	start
	plug r2
	plug r1
	plug r0
	wait_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_learned r0 $S1 $G2 r1 r2
}

case_both late_wildcard "wildcards take in interfaces that come late"
late_wildcard()
{
	topology 1
	plug out0
	conf <<-EOF
		mroute from r+ group $G1 to out+
		mroute from r0 source $S1 group $G2 to out+
	EOF
	start
	expect_mfc $S1 $G2 r0 out0
	expect_learned r0 $S1 $G1 out0
	plug out1
	wait_mfc $S1 $G2 r0 out0 out1
	wait_mfc $S1 $G1 r0 out0 out1
	expect_stream r0 $S1 $G1 out0 out1
	expect_stream r0 $S1 $G2 out0 out1
	plug r1
	must_come has_vif r1
	expect_learned r1 $S2 $G1 out0 out1
	plug other
	unplug out0
	wait_mfc $S1 $G1 r0 out1
	expect_stream r0 $S1 $G1 out1
}

case_both oif_gone "an oif that goes leaves the rest of the route"
oif_gone()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1 r2
	EOF
	start
	expect_learned r0 $S2 $G2 r1 r2
	unplug r2
	wait_mfc $S1 $G1 r0 r1
	wait_mfc $S2 $G2 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S2 $G2 r1
	must_come not has_vif r2
}

case_both oif_flaps "a stream loses nothing while another oif comes and goes"
oif_flaps()
{
	local i=0

	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r9
		mroute from r0 group $G2 to r1 r9
	EOF
	start
	expect_learned r0 $S2 $G2 r1
	count_start
	stream_start -r 2000 r0 $S1 $G1
	while [ $i -lt 5 ]; do
		plug r9
		wait_mfc $S1 $G1 r0 r1 r9
		wait_mfc $S2 $G2 r0 r1 r9
		unplug r9
		wait_mfc $S1 $G1 r0 r1
		i=$((i + 1))
	done
	stream_end
	count_end r1="$sent"
}

case_both oif_churn "... renamed, downed, moved away and made anew"
oif_churn()
{
	local i=0

	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2 r3
		mroute from r0 group $G2 to r1 r2
	EOF
	start -c 0
	expect_learned r0 $S2 $G2 r1 r2
	count_start
	stream_start -r 1000 r0 $S1 $G1
	while [ $i -lt 5 ]; do
		rename r2 r9
		wait_mfc $S1 $G1 r0 r1 r3
		rename r9 r2
		wait_mfc $S1 $G1 r0 r1 r2 r3
		down r2
		up r2
		if_move "$R" r2 "$H" || fail "cannot move r2"
		wait_mfc $S1 $G1 r0 r1 r3
		if_move "$H" r2 "$R" || fail "cannot move r2 back"
		up r2
		wait_mfc $S1 $G1 r0 r1 r2 r3
		unplug r2
		wait_mfc $S1 $G1 r0 r1 r3
		plug r2
		wait_mfc $S1 $G1 r0 r1 r2 r3
		wait_mfc $S2 $G2 r0 r1 r2
		i=$((i + 1))
	done
	stream_end
	count_end r1="$sent" r2=any r3="$sent"
}

case_both recreated "interfaces that return with new numbers"
recreated()
{
	local before

	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1 r2
	EOF
	start
	expect_learned r0 $S2 $G2 r1 r2
	before=$(if_index "$R" r2)
	unplug r2
	plug other	# takes a number
	plug r2
	[ "$(if_index "$R" r2)" != "$before" ] || fail "the number is the same"
	wait_mfc $S1 $G1 r0 r1 r2
	wait_mfc $S2 $G2 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_stream r0 $S2 $G2 r1 r2
	unplug r0
	must_come not has_vif r0
	plug r0
	wait_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_learned r0 $S3 $G2 r1 r2
	daemon_alive
}

case_both same_index "an interface that returns with the number it had"
same_index()
{
	local index

	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r2
	EOF
	start
	expect_learned r0 $S2 $G2 r2
	index=$(if_index "$R" r2)
	unplug r2
	plug r2 "$index"
	[ "$(if_index "$R" r2)" = "$index" ] || fail "not the same number"
	must_come has_vif r2
	wait_mfc $S1 $G1 r0 r1 r2
	wait_mfc $S2 $G2 r0 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_stream r0 $S2 $G2 r2
	# The same before the engine looks.
	kill -STOP "$(role engine)"
	unplug r2
	plug r2 "$index"
	kill -CONT "$(role engine)"
	must_come has_vif r2
	wait_mfc $S1 $G1 r0 r1 r2
	wait_mfc $S2 $G2 r0 r2
	expect_stream r0 $S1 $G1 r1 r2
}

case_both recreated_at_once "interfaces that are back before the engine looks"
recreated_at_once()
{
	local i=0

	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r2
	EOF
	start
	while [ $i -lt 10 ]; do
		unplug r2
		plug r2
		i=$((i + 1))
	done
	must_come has_vif r2
	wait_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_learned r0 $S1 $G2 r2
}

case_both renamed "rules follow names, not interfaces"
renamed()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 source $S1 group $G2 to r1 x2
		mroute from x0 source $S2 group $G3 to r3
	EOF
	start
	rename r2 x2
	wait_mfc $S1 $G1 r0 r1
	wait_mfc $S1 $G2 r0 r1 x2
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S1 $G2 r1 x2
	rename x2 r2
	wait_mfc $S1 $G1 r0 r1 r2
	wait_mfc $S1 $G2 r0 r1
	expect_stream r0 $S1 $G1 r1 r2
	rename r0 x0
	wait_mfc $S2 $G3 x0 r3
	expect_stream x0 $S2 $G3 r3
	expect_stream x0 $S1 $G1
}

case_both renamed_rules "... also for flows that were learned"
renamed_rules()
{
	topology 4
	conf <<-EOF
		mroute from r0 group $G1 to r1 r2
		mroute from r0 group $G2 to w+
	EOF
	start
	expect_learned r0 $S1 $G1 r1 r2
	expect_stopped r0 $S1 $G2
	rename r2 w2
	wait_mfc $S1 $G1 r0 r1
	wait_mfc $S1 $G2 r0 w2
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S1 $G2 w2
	rename w2 r2
	wait_mfc $S1 $G1 r0 r1 r2
	wait_mfc $S1 $G2 r0
}

case_both swapped "two interfaces that change names"
swapped()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 source $S1 group $G2 to r2
	EOF
	start
	rename r1 tmp
	rename r2 r1
	rename tmp r2
	wait_mfc $S1 $G1 r0 r1
	wait_mfc $S1 $G2 r0 r2
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S1 $G2 r2
}

case_both down_up "interfaces that go down and up keep their routes"
down_up()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1 r2
	EOF
	start
	expect_learned r0 $S2 $G2 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	down r2
	expect_stream r0 $S1 $G1 r1
	up r2
	wait_mfc $S1 $G1 r0 r1 r2
	wait_mfc $S2 $G2 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_stream r0 $S2 $G2 r1 r2
	down r0
	up r0
	must_come has_vif r0
	wait_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_learned r0 $S3 $G2 r1 r2
}

case_both starts_down "interfaces that are down when the daemon starts"
starts_down()
{
	topology 2
	down r0
	down r1
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
	start
	up r1
	up r0
	wait_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S1 $G2 r1
}

case_both moved "an interface that moves to another namespace and back"
moved()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
	EOF
	start
	if_move "$R" r2 "$H" || fail "cannot move r2"
	wait_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	if_move "$H" r2 "$R" || fail "cannot move r2 back"
	up r2
	wait_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
}

case_both disabled "phyint disable holds whatever else names the interface"
disabled()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		phyint r2 disable
		mroute from r0 group $G2 to r+
		mroute from r2 source $S2 group $G3 to r1
	EOF
	start
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S1 $G2 r1 r3
	expect_stream r2 $S2 $G3
	! has_vif r2 || fail "r2 is in use"
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
	EOF
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
}

# MRT6_ADD_MIF has 16 bits for the index: an interface must not get the packets
# of another one whose index has the same low bits.
case_both large_index "an interface whose index has more than 16 bits"
large_index()
{
	topology 2
	plug r2 $((70000 - 65536))
	plug r3 70000
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r3 r1
		mroute from r3 source $S2 group $G2 to r1
	EOF
	start
	if [ $FAM = 4 ]; then
		expect_vifs 0=r0 1=r3 2=r1
		expect_stream r0 $S1 $G1 r1 r3
		expect_stream r3 $S2 $G2 r1
		return
	fi
	expect_vifs 0=r0 2=r1
	expect_stream r0 $S1 $G1 r1
	expect_stream r3 $S2 $G2
	expect_stream r2 $S2 $G2
	log_has 'r3: Value too large' || fail "nothing of r3 in the log"
	ctl_shows "mroute from r3 source $S2" show pending
}

case_both on_demand "slots are given in the order of first use"
on_demand()
{
	topology 5
	conf <<-EOF
		mroute from r3 source $S1 group $G1 to r1
		mroute from r3 source $S1 group $G2 to r1 r4
	EOF
	start
	expect_vifs 0=r3 1=r1 2=r4
	ctl_ok add r0 $S1 $G3 r1
	expect_vifs 0=r3 1=r1 2=r4 3=r0
}

case_both slots_kept "slots are kept over a reload, new ones come after them"
slots_kept()
{
	topology 5
	conf <<-EOF
		mroute from r1 source $S1 group $G1 to r2
	EOF
	start
	expect_vifs 0=r1 1=r2
	conf <<-EOF
		mroute from r0 source $S1 group $G2 to r3
		mroute from r2 source $S1 group $G3 to r1
		mroute from r1 source $S1 group $G1 to r2
	EOF
	ctl_ok reload
	expect_vifs 0=r1 1=r2 2=r0 3=r3
	expect_stream r1 $S1 $G1 r2
	expect_stream r0 $S1 $G2 r3
	expect_stream r2 $S1 $G3 r1
	hup
	expect_vifs 0=r1 1=r2 2=r0 3=r3
}

case_both slots_32 "all slots are in use, and an error says so for one more"
slots_32()
{
	local i=1

	topology 34
	{
		while [ $i -lt $SLOTS ]; do
			echo "mroute from r0 source $S1 group $G1 to r$i"
			i=$((i + 1))
		done
	} | conf
	start
	[ "$(kernel_vifs "$R" $FAM | wc -l)" -eq $SLOTS ] ||
	    fail "not $SLOTS slots: $(kernel_vifs "$R" $FAM)"
	ctl_fails 1 "all $SLOTS" add r32 $S1 $G2 r1
	grep -q 'r17' ctl.err || fail "does not name those in use: $(cat ctl.err)"
	ctl_fails 1 "all $SLOTS" add r0 $S1 $G3 r33
	# The other routes still work.
	ctl_ok add r1 $S1 $G2 r2
	expect_stream -c 10 r1 $S1 $G2 r2
	i=1
	set --
	while [ $i -lt $SLOTS ]; do
		set -- "$@" r$i
		i=$((i + 1))
	done
	expect_stream -c 10 r0 $S1 $G1 "$@"
}

case_both slots_freed "a slot is free for another once its interface has gone"
slots_freed()
{
	local i=1

	topology 33
	{
		while [ $i -lt $SLOTS ]; do
			echo "mroute from r0 source $S1 group $G1 to r$i"
			i=$((i + 1))
		done
		echo "mroute from r0 source $S1 group $G2 to r32"
	} | conf
	start
	expect_mfc $S1 $G2 r0
	unplug r5
	wait_mfc $S1 $G2 r0 r32
	expect_stream -c 10 r0 $S1 $G2 r32
}

case_both slots_unused "a slot goes with the last route that needs it"
slots_unused()
{
	topology 5
	conf <<-EOF
		phyint r2 ttl-threshold 3
		mgroup from r3 group $GSSM
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	expect_vifs 0=r0 1=r1
	# lines that need no slot name r2 and r3
	ctl_ok add r0 $S1 $G2 r1 r2 r3
	expect_vifs 0=r0 1=r1 2=r2 3=r3
	ctl_ok remove r0 $S1 $G2 r2
	expect_vifs 0=r0 1=r1 3=r3
	ctl_ok remove r0 $S1 $G2
	expect_vifs 0=r0 1=r1
	ctl_ok add r0 $GNET r4
	ctl_ok remove r0 $GNET
	expect_vifs 0=r0 1=r1
}

# An entry in the kernel outlives an interface that it names, and would forward
# to the next interface in that slot.
case_both stale_oif "a slot's new interface gets nothing of the old one's"
stale_oif()
{
	topology 2
	plug other
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
	start
	expect_vifs 0=r0 1=r1
	expect_learned r0 $S2 $G2 r1
	# The kernel has dropped the VIF when the engine learns of that, and the
	# slot is free before another interface wants one.
	kill -STOP "$(role engine)"
	unplug r1
	must_come not has_vif r1
	kill -CONT "$(role engine)"
	must_come not _is_shown r1
	ctl_ok add r0 $S1 $G3 other
	expect_mfc $S1 $G3 r0 other
	expect_stream r0 $S1 $G1
	expect_stream r0 $S2 $G2
	expect_stream r0 $S1 $G3 other
	plug r1
	wait_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S1 $G3 other
}

# The kernel may make new entries in the memory of old ones.
case_both fresh_oifs "new entries have no outbound interfaces of deleted ones"
fresh_oifs()
{
	topology 3
	conf <<-EOF
		phyint r0 enable
		phyint r1 enable
	EOF
	start
	_with_sources add r2
	must_come has_entries 40
	expect_vifs 0=r0 1=r1 2=r2
	_with_sources remove
	must_come has_entries 0
	expect_vifs 0=r0 1=r1
	_with_sources add r1
	must_come has_entries 40
	ctl_ok add r0 $S1 $G3 r2
	expect_vifs 0=r0 1=r1 2=r2
	[ "$(mfc | grep -c r2)" -eq 1 ] || fail "$(mfc)"
	expect_stream -S 40 -c 2 r0 $S1 $G1 r1
}

_with_sources() # "add" OIF | "remove"
{
	local i=0

	while [ $i -lt 40 ]; do
		echo "$1 r0 $(addr_nth $S1 $i) $G1 ${2-}"
		i=$((i + 1))
	done >batch
	ctl -b <batch || fail "batch"
}

case_both stale_iif "... and sends nothing by the old one's entries"
stale_iif()
{
	topology 2
	plug other
	conf <<-EOF
		mroute from r1 source $S1 group $G1 to r0
		mroute from r1 group $G2 to r0
	EOF
	start
	expect_learned r1 $S2 $G2 r0
	unplug r1
	must_come not has_vif r1
	ctl_ok add other $S1 $G3 r0
	expect_mfc $S1 $G3 other r0
	expect_stream other $S1 $G1
	expect_stream other $S2 $G2
	expect_stream other $S1 $G3 r0
}

case_both stale_disabled "... nor after a reload that frees and gives a slot"
stale_disabled()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1
	EOF
	start
	expect_learned r0 $S2 $G2 r1
	conf <<-EOF
		phyint r1 disable
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1
		mroute from r0 source $S1 group $G3 to r3
	EOF
	ctl_ok reload
	expect_stream r0 $S1 $G1 r2
	expect_stream r0 $S2 $G2
	expect_stream r0 $S1 $G3 r3
}

case_both stale_full "... also when it must be the slot of one just gone"
stale_full()
{
	local i=2

	topology 32
	plug other
	{
		echo "mroute from r0 source $S1 group $G1 to r1"
		echo "mroute from r1 source $S2 group $G1 to r0"
		while [ $i -lt $SLOTS ]; do
			echo "mroute from r0 source $S1 group $G2 to r$i"
			i=$((i + 1))
		done
	} | conf
	start
	expect_stream -c 10 r0 $S1 $G1 r1
	slot=$(vif_of r1)
	count_start
	stream_start -r 5000 r0 $S1 $G1
	unplug r1
	must_come not has_vif r1
	ctl_ok add r0 $S1 $G3 other
	[ "$(vif_of other)" = "$slot" ] || fail "not the same slot"
	stream_end
	count_end	# of r1 nothing is counted: its cable has gone
	expect_stream -c 10 r0 $S1 $G1
	expect_stream -c 10 other $S2 $G1
	expect_stream -c 10 r0 $S1 $G3 other
}

case_both pending "show pending lists what waits, and only that"
pending()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r8 source $S1 group $G2 to r1
		mroute from r0 group $G3 to r9
		mgroup from r8 group $G1
	EOF
	start
	ctl_shows "mroute.*from r8.*source $S1.*group $G2.*to r1" show pending
	ctl_shows "mroute.*from r0.*group $G3.*to r9" show pending
	ctl_shows "mgroup.*from r8.*group $G1" show pending
	ctl_hides "from r0.*to r1" show pending
	plug r8
	wait_mfc $S1 $G2 r8 r1
	must_come _not_pending r8
	ctl_shows "to r9" show pending
	plug r9
	must_come _not_pending r9
	ctl_shows "^No pending" show pending
	unplug r8
	must_come not _not_pending r8
}

_not_pending() # IF
{
	ctl show pending | not grep -q "$1"
}

case_both nothing_pending "show pending says so when nothing waits"
nothing_pending()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	ctl_shows "^No pending" show pending
	ctl_shows "^No pending" sh p
}

case_both long_name "names as long as the kernel allows"
long_name()
{
	topology 1
	plug abcdefghijklmno
	plug vlan.0123456789
	conf <<-EOF
		mroute from abcdefghijklmno source $S1 group $G1 to vlan.0123456789
		mroute from r0 source $S1 group $G2 to vlan+
	EOF
	start
	expect_mfc $S1 $G1 abcdefghijklmno vlan.0123456789
	expect_stream abcdefghijklmno $S1 $G1 vlan.0123456789
	expect_mfc $S1 $G2 r0 vlan.0123456789
}

case_both many_events "200 interfaces come and go; the routes stay right"
many_events()
{
	local i=0

	need_linux "ip(8)"
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 source $S1 group $G2 to w+
	EOF
	start
	{
		while [ $i -lt 100 ]; do
			echo "link add v$i type veth peer name w$i"
			i=$((i + 1))
		done
		while [ $i -gt 0 ]; do
			i=$((i - 1))
			echo "link del v$i"
		done
	} >events
	ip -n "$R" -batch events || fail "cannot make interfaces"
	plug w
	wait_mfc $S1 $G2 r0 w
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S1 $G2 w
	expect_vifs_of r0 r1 w
}

expect_vifs_of() # IF ...
{
	local have

	have=$(kernel_vifs "$R" $FAM | sed 's/.* //' | sort | tr '\n' ' ')
	[ "$have" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ] ||
	    fail "interfaces in slots: $have"
}

_came() # IF
{
	sed -n "s/^$(host_of "$1") total //p" counted
}

case_both flapping "100 times out and in, with the same number and others"
flapping()
{
	local i=0 slot came

	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r2
		mroute from r2 group $G3 to r1
		mgroup from r2 group $G1
	EOF
	start
	expect_learned r0 $S1 $G2 r2
	slot=$(vif_of r1)
	count_start
	stream_start -r 1000 r0 $S1 $G1
	while [ $i -lt 100 ]; do
		unplug r2
		case $((i % 3)) in
		0)	_plug r2 ;;
		1)	_plug r2 4711 ;;
		2)	_plug r2 4711; unplug r2; _plug r2 4711 ;;
		esac
		i=$((i + 1))
	done
	stream_end
	wait_mfc $S1 $G1 r0 r1 r2
	# Linux forwards without a lock while it changes an entry in place: one
	# change in some ten thousand loses a packet at this rate.
	count_end r1=any r2=any
	came=$(_came r1)
	if ! { [ "$came" -ge $((sent - 2)) ] && [ "$came" -le "$sent" ]; }; then
		fail "of $sent packets $came came: $(cat counted; mfc)"
	fi
	link_ready r2
	wait_mfc $S1 $G2 r0 r2
	must_come has_join r2 $G1
	[ "$(vif_of r1)" = "$slot" ] || fail "r1 has another slot"
	expect_stream r0 $S1 $G1 r1 r2
	expect_stream r0 $S1 $G2 r2
	expect_learned r2 $S1 $G3 r1
	[ "$(kernel_vifs "$R" $FAM | wc -l)" -eq 3 ] ||
	    fail "slots: $(kernel_vifs "$R" $FAM)"
}

case_both bridge "a bridge that gets its first port later"
bridge()
{
	need_linux "ip(8)"
	topology 2
	in_router ip link add br0 type bridge mcast_snooping 0 ||
	    atf_skip "the kernel has no bridges"
	in_router ip link set br0 up arp off
	conf <<-EOF
		mroute from br0 source $S1 group $G1 to r1
		mroute from r1 group $G2 to br0
	EOF
	start
	expect_mfc $S1 $G1 br0 r1
	in_router ip link set r0 master br0
	# packets that come in at the port come in on the bridge
	_carries() { in_router ip -o link show br0 | grep -q 'state UP'; }
	must_come _carries
	[ "$FAM" = 4 ] || must_come _v6_ready br0
	sed 's/ r0$/ br0/' cables >cables.new && mv cables.new cables
	expect_stream br0 $S1 $G1 r1
	expect_learned r1 $S1 $G2 br0
	in_router ip link set r0 nomaster
	in_router ip link set r0 master br0
	must_come _carries
	expect_stream br0 $S1 $G1 r1
	expect_stream r1 $S1 $G2 br0
}

_v6_ready() # IF
{
	in_router ip -6 route show table local dev "$1" | grep -q ff00::/8
}

case_both tun "tunnels that a wildcard matches on both sides"
tun()
{
	local t

	need_linux "ip(8)"
	topology 1
	for t in tun0 tun1 tun2; do
		in_router ip tuntap add $t mode tun ||
		    atf_skip "the kernel has no tunnels of this kind"
		in_router ip link set $t up
	done
	conf <<-EOF
		mroute from tun+ source $S1 group $G1 to tun+
		mroute from r0 source $S1 group $G2 to tun+
	EOF
	start
	# from the first tunnel, and never back to the same one
	expect_mfc $S1 $G1 tun0 tun1 tun2
	expect_mfc $S1 $G2 r0 tun0 tun1 tun2
	in_router ip link del tun1
	wait_mfc $S1 $G1 tun0 tun2
	in_router ip tuntap add tun9 mode tun
	wait_mfc $S1 $G1 tun0 tun2 tun9
	in_router ip link del tun0
	wait_mfc $S1 $G1 tun2 tun9
	wait_mfc $S1 $G2 r0 tun2 tun9
}

case_both no_multicast "an interface without MULTICAST, until it has it"
no_multicast()
{
	need_linux "ip(8)"
	topology 3
	in_router ip link set r1 multicast off
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r1 source $S1 group $G2 to r2
	EOF
	start
	log_has 'r1 is not able to multicast: ip link set r1 multicast on' ||
	    fail "not how to switch it on"
	# show says so, too
	_told() { ctl show 2>&1 | grep -q 'r1 is not able to multicast: ip'; }
	_told || fail "show does not say so"
	expect_mfc $S1 $G1 r0 r2
	ctl_shows "mroute from r0 .*$G1" show pending
	in_router ip link set r1 multicast on
	wait_mfc $S1 $G1 r0 r1 r2
	wait_mfc $S1 $G2 r1 r2
	expect_stream r0 $S1 $G1 r1 r2
	expect_stream r1 $S1 $G2 r2
	! _told || fail "show still says so"
	in_router ip link set r1 multicast off
	wait_mfc $S1 $G1 r0 r2
	_told || fail "show does not say so again"
	expect_stream r0 $S1 $G1 r2
}

case_both forty "40 interfaces and fewer slots: freed ones are used"
forty()
{
	local i=1 all=

	topology 41
	while [ $i -lt 41 ]; do
		echo "mroute from r0 source $S1 group $G1 to r$i"
		i=$((i + 1))
	done | conf
	start
	[ "$(kernel_vifs "$R" $FAM | wc -l)" -eq $SLOTS ] ||
	    fail "not $SLOTS slots: $(kernel_vifs "$R" $FAM)"
	for i in 32 33 40; do
		log_has "no VIF left for r$i: all $SLOTS are held by r0 r1 r2 " ||
		    fail "not who holds them"
		! has_vif r$i || fail "r$i has a slot"
	done
	for i in $(seq 5 $((45 - SLOTS))); do
		unplug "r$i"
	done
	for i in 1 2 3 4 $(seq $((46 - SLOTS)) 40); do
		all="$all r$i"
	done
	wait_mfc $S1 $G1 r0 $all
	expect_stream -c 10 r0 $S1 $G1 $all
}

# Events that the engine cannot read are lost when its socket is full.
_lose_events()
{
	local i=0

	need_linux "/proc/net/netlink"
	kill -STOP "$(role engine)"
	while [ $i -lt 2000 ]; do
		echo "link set r0 mtu $((1400 + i % 2))"
		i=$((i + 1))
	done >events
	i=0
	until in_router awk 'NR > 1 && $9 > 0 { n++ } END { exit n == 0 }' \
	    /proc/net/netlink; do
		[ $i -lt 20 ] || fail "no event is lost: $(cat /proc/net/netlink)"
		in_router ip -batch events
		i=$((i + 1))
	done
}

case_both remade "an interface made anew while events are lost"
remade()
{
	local i1 i2

	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r1 source $S2 group $G2 to r3
		mroute from r0 group $G3 to r1
		mgroup from r1 group $G1
		mgroup from r2 group $G2
		mgroup from r2 source $S1 group $GSSM
	EOF
	start
	expect_learned r0 $S2 $G3 r1
	i1=$(if_index "$R" r1) i2=$(if_index "$R" r2)
	_lose_events
	unplug r1
	unplug r2
	plug r1 "$i1"
	plug r2 "$i2"
	kill -CONT "$(role engine)"
	must_come has_vif r1
	must_come has_join r1 $G1
	must_come has_join r2 $G2
	must_come has_join r2 $S1 $GSSM
	wait_mfc $S1 $G1 r0 r1
	wait_mfc $S2 $G2 r1 r3
	wait_mfc $S2 $G3 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_stream r1 $S2 $G2 r3
	expect_stream r0 $S2 $G3 r1
	ctl_ok reload
	expect_vifs_of r0 r1 r3
	expect_mfc $S1 $G1 r0 r1
	expect_join r1 $G1
}

# No interface was made anew, so no entry is touched.
case_both lost_events "events that are lost and change nothing"
lost_events()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mgroup from r1 group $G1
	EOF
	start
	count_start
	stream_start -r 1000 r0 $S1 $G1
	_lose_events
	kill -CONT "$(role engine)"
	plug r5
	must_come _is_shown r5
	ctl_ok reload
	stream_end
	count_end r1=$sent
	expect_vifs 0=r0 1=r1
	log_has 'has dropped|another one' && fail "it sees what is not"
	return 0
}

_is_shown() # IF
{
	ctl show interfaces | grep -q "$1"
}
