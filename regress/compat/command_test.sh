#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The command lines that scripts in the field run, in the original and in ours.

. "$(atf_get_srcdir)/worlds.sh"

F=/etc/smcroute.conf

case_one daemon_lines "the daemon as it is started in the field"
daemon_lines()
{
	twins eth0 eth1
	config <<-EOF
		phyint eth0 enable
		phyint eth1 enable
		mroute from eth0 source 10.1.1.1 group 225.1.1.1 to eth1
	EOF
	for options in "-s" "-N -f $F -l debug" "-s -f $F" "-N -s -d 1 -f $F" \
	    "-I smcroute" "-i smcroute -l info -c 10" "-l warning" "-l nonsense" \
	    "-c x" "-Z" "-f /etc/none.conf"
	do
		label "$options"
		both_start $options
		both_routes
		both_end
	done
	label
	both "smcrouted -h 2>&1 | grep -q -- '-i NAME'"
	both_exit "smcrouted -v" \
	    "smcrouted -F $F -l info" \
	    "smcrouted -F /etc/none.conf"
	verdict daemon_lines
}

case_one forks "the daemon in the background, and show as a question whether it lives"
forks()
{
	twins eth0 eth1
	config </dev/null
	both_exit "smcroutectl show" \
	    "smcroutectl show || smcrouted -f $F"
	both_up
	both "smcroutectl show >/dev/null" \
	    "grep -q smcroute /proc/\$(cat /run/smcroute.pid)/comm" \
	    "smcroutectl kill"
	both_gone
	verdict forks
}

case_one second "a second daemon on the files of the first"
second()
{
	local w first second status

	twins eth0 eth1
	echo "mroute from eth0 source 10.1.1.1 group 225.1.1.1 to eth1" | config
	both_start
	for w in o n; do
		D=$w
		first=$(cat $w/run/smcroute.pid)
		$(inside $w) smcrouted -n >$w/second 2>&1 </dev/null &
		second=$!
		note_pid $second
		wait_for has_lost $w $second $first ||
		    fail "$w: no second daemon"
		if gone $second; then
			status=0
			wait $second || status=$?
			fact $w "a second one ends with $status"
		else
			fact $w "a second one takes the place of the first"
		fi
	done
	both_exit "smcroutectl show"
	both_end
	verdict second
}

# The second has ended, or it has put itself into the pid file of the first.
has_lost() # WORLD SECOND FIRST
{
	gone $2 || [ "$(cat $1/run/smcroute.pid)" != $3 ]
}

case_one names "daemons with names of their own"
names()
{
	twins opensand_br eth1 eth2
	echo "phyint eth1 enable" | config opensand.conf
	config id.conf <<-EOF
		phyint eth1 enable
		phyint eth2 enable
	EOF
	both "smcrouted -l debug -I opensand"
	both_up opensand
	both "smcroutectl join opensand_br 233.0.0.1 -i opensand" \
	    "smcroutectl -I opensand add opensand_br 10.1.1.1 233.0.0.1 eth1"
	both_kernel I
	both "smcroutectl -i opensand kill"
	both_gone opensand
	# the kernel's selftests
	both "smcrouted -N -I id -f /etc/id.conf -P /run/id-own.pid"
	both_up id-own
	both "smcroutectl -I id add eth1 198.51.100.2 225.1.2.3 eth2" \
	    "smcroutectl -I id add eth1 0.0.0.0 225.1.2.4 eth2" \
	    "smcroutectl -I id add eth1 :: ff0e::4 eth2" \
	    "smcroutectl -I id add eth1 2001:db8:1::2 ff0e::3 eth2"
	both_kernel added
	both "smcroutectl -I id remove eth1 198.51.100.2 225.1.2.3 eth2" \
	    "smcroutectl -I id remove eth1 2001:db8:1::2 ff0e::3 eth2" \
	    "smcroutectl -I id remove eth1 0.0.0.0 225.1.2.4 eth2"
	both_kernel removed
	both "smcroutectl -I id kill"
	both_gone id-own
	verdict names
}

case_one smcroute "the command line of SMCRoute 1 and 2"
smcroute()
{
	twins eth0 eth1 eth2 br0
	echo "mroute from eth0 source 10.1.1.1 group 225.1.1.1 to eth1" |
	    config other.conf
	both "smcroute -d"
	both_up
	both "smcroute -a eth0 192.168.1.1 239.1.1.1 eth1" \
	    "smcroute -a br0 0.0.0.0 239.255.255.250 br0" \
	    "smcroute -a eth0 :: ff08::7777 eth1 eth2" \
	    "smcroute -j eth0 239.1.1.1"
	both_facts added
	both "smcroute -r eth0 192.168.1.1 239.1.1.1" \
	    "smcroute -l eth0 239.1.1.1"
	both_facts removed
	both "smcroute -r eth0 192.168.1.1 239.1.1.1" \
	    "smcroute -a eth0" \
	    "smcroute -h >/dev/null" \
	    "smcroute -v >/dev/null" \
	    "smcroute -k"
	both_gone
	both "smcroute -k"
	for line in "-f /etc/other.conf -d" "-d -f /etc/other.conf" \
	    "-d -D -v"; do
		label "$line"
		both_exit "smcroute $line"
		both_up
		both_exit "smcroutectl show"
		both_routes
		both_exit "smcroutectl kill"
		both_gone
	done
	label
	verdict smcroute
}

case_one routes "add, remove, join, leave, flush"
routes()
{
	twins eth0 eth1 eth2 LAN1 LAB
	for i in eth0 eth1 eth2 LAN1 LAB; do
		echo "phyint $i enable"
	done | config
	both_start -N
	both "smcroutectl a eth0 172.17.0.2 239.0.0.1 eth1" \
	    "smcroutectl add eth1 224.0.0.0/4 eth2" \
	    "smcroutectl add LAN1 239.10.4.0/24 LAB" \
	    "smcroutectl add eth0 10.0.0.0/8 225.2.0.0/16 eth1 eth2" \
	    "smcroutectl add eth0 172.17.0.3 239.0.0.2 eth0 eth2" \
	    "smcroutectl add eth0 2001:db8::1 ff0e::1 eth1" \
	    "smcroutectl add eth0 ff0e::2 eth1 eth2" \
	    "smcroutectl add eth0 172.17.0.2 239.0.0.1 eth2" \
	    "smcroutectl add eth+ 239.77.0.1 LAB" \
	    "smcroutectl j eth0 239.0.0.1" \
	    "smcroutectl join eth0 172.17.0.2 232.0.0.1" \
	    "smcroutectl join eth1 239.8.0.0/30" \
	    "smcroutectl join eth1 ff0e::1" \
	    "smcroutectl join eth0 2001:db8::1 ff3e::1"
	both_facts added
	both_flows <<-EOF
		eth1 10.9.9.1 239.5.5.5
		LAN1 10.9.9.1 239.10.4.77
		LAN1 10.9.9.1 239.10.5.1
		eth0 10.200.0.1 225.2.3.4
		eth0 11.0.0.1 225.2.3.4
		eth0 2001:db8::9 ff0e::2
		eth1 2001:db8::9 ff0e::3
		eth2 10.9.9.2 239.77.0.1
	EOF
	both_routes flows
	both "smcroutectl rem eth0 172.17.0.2 239.0.0.1 eth1"
	both_kernel "one oif removed"
	both "smcroutectl del eth0 172.17.0.3 239.0.0.2" \
	    "smcroutectl remove eth0 2001:db8::1 ff0e::1" \
	    "smcroutectl rem LAN1 239.10.4.0/24" \
	    "smcroutectl leave eth0 239.0.0.1" \
	    "smcroutectl l eth0 172.17.0.2 232.0.0.1" \
	    "smcroutectl leave eth1 239.8.0.0/30" \
	    "smcroutectl leave eth1 ff0e::1" \
	    "smcroutectl leave eth0 2001:db8::1 ff3e::1"
	both_facts removed
	both "smcroutectl restart"
	both_facts restarted
	both "smcroutectl flush"
	both_routes flushed
	both "smcroutectl kill"
	both_gone
	verdict routes
}

case_one moves "sources that move, rules that come and go"
moves()
{
	twins eth0 eth1 eth2
	config <<-EOF
		phyint eth0 enable
		phyint eth1 enable
		phyint eth2 enable ttl-threshold 3
		mroute from eth0 group 239.1.1.1 to eth2
		mroute from eth1 group 239.1.1.1 to eth2
		mroute from eth0 group ff0e::1 to eth2
		mroute from eth1 group ff0e::1 to eth2
	EOF
	both_start -N
	both_flows <<-EOF
		eth0 10.1.1.1 239.1.1.1
		eth0 2001:db8::1 ff0e::1
		eth0 10.1.1.1 239.2.2.2
		eth0 2001:db8::1 ff0e::2
	EOF
	both_kernel first
	both "smcroutectl add eth0 239.2.2.2 eth1" \
	    "smcroutectl add eth0 ff0e::2 eth1"
	both_routes "a rule for them"
	both "smcroutectl add eth0 239.2.2.2 eth2" \
	    "smcroutectl add eth0 ff0e::2 eth2"
	both_routes "another oif"
	both "smcroutectl remove eth0 239.2.2.2" \
	    "smcroutectl remove eth0 ff0e::2"
	both_routes "removed"
	both_move eth1 10.1.1.1 239.1.1.1
	both_move eth1 2001:db8::1 ff0e::1
	both_routes "moved"
	both "smcroutectl kill"
	both_gone
	verdict moves
}

case_one wrong "words that are wrong, and what does not exist"
wrong()
{
	twins eth0 eth1
	config <<-EOF
		phyint eth0 enable
		phyint eth1 enable
		mroute from eth0 source 10.1.1.1 group 225.1.1.1 to eth1
	EOF
	both_exit "smcroutectl show" \
	    "smcroutectl reload"
	both_start -N
	while read -r line; do
		set -- "$@" "smcroutectl $line"
	done <<-EOF
		show mroute
		show status
		start
		nonsense
		add
		add eth0
		add eth0 225.1.1.1
		add eth0 10.0.0.1 10.0.0.2 eth1
		add eth0 10.0.0.1 225.1.1.9/99 eth1
		add eth7 10.0.0.1 225.1.1.7 eth1
		add eth0 10.0.0.1 225.1.1.8 eth7
		remove
		remove eth0 10.9.9.9 225.9.9.9
		join eth0
		join eth0 10.0.0.1
		join eth7 225.1.1.1
		leave eth0 225.9.9.9
		help
		help add
		version
		-h
		-v
		-j show
		-Z
		flush now
	EOF
	both_exit "$@"
	both_facts end
	both "smcroutectl kill"
	both_gone
	verdict wrong
}

case_one families "a source and a group of two families"
families()
{
	twins eth0 eth1
	for i in eth0 eth1; do
		echo "phyint $i enable"
	done | config
	for flow in "2001:db8::1 225.1.1.2" "10.0.0.1 ff0e::1"; do
		label "$flow"
		both_start -N
		both_exit "smcroutectl add eth0 $flow eth1" \
		    "smcroutectl show"
		both_end
	done
	verdict families
}

case_one batch "commands from standard input"
batch()
{
	twins eth0 eth1 eth2
	for i in eth0 eth1 eth2; do
		echo "phyint $i enable"
	done | config
	both_start -N
	cat >o/home/good <<-EOF
		join eth0 225.1.2.3
		add eth0 192.168.1.42 225.1.2.3 eth1 eth2
		rem eth0 192.168.1.42 225.1.2.3 eth2
		leave eth0 225.1.2.3
	EOF
	cat >o/home/bad <<-EOF
		add eth0 192.168.1.43 225.1.2.3 eth1
		add eth0 192.168.1.43 nonsense eth1
		leave eth0 225.9.9.9
		add eth0 192.168.1.44 225.1.2.3 eth1
	EOF
	printf 'join eth1 225.1.2.4\n# a comment\n\nleave eth1 225.1.2.4\n' \
	    >o/home/blank
	cp o/home/* n/home/
	both "smcroutectl -b <good"
	both_facts good
	both "smcroutectl -b <bad"
	both_facts bad
	both "smcroutectl -b <blank"
	both_facts blank
	both "smcroutectl kill"
	both_gone
	verdict batch
}

case_one tables "the tables of show with their headings, blanks apart"
tables()
{
	twins eth0 eth1 eth2
	config <<-EOF
		phyint eth0 enable
		phyint eth1 enable
		phyint eth2 enable ttl-threshold 5
		mgroup from eth0 group 225.3.3.1
		mgroup from eth0 source 10.1.1.1 group 232.1.1.1
		mgroup from eth0 group ff0e::1
		mroute from eth0 group 225.3.3.0/24 to eth1 eth2
		mroute from eth0 source 10.1.1.1 group 225.1.1.1 to eth1
		mroute from eth0 source 2001:db8::1 group ff0e::1 to eth1 eth2
	EOF
	both_start -N
	for w in "show" "show routes" "show ro" "show groups" "show gr" \
	    "show interfaces" "show int"; do
		for o in -p -pt -dp -dpt; do
			set -- "$@" "smcroutectl $o $w"
		done
	done
	both_says "$@"
	both_says "smcroutectl -pu /run/smcroute.sock show routes" \
	    "smcroutectl show groups -p -u /run/smcroute.sock"
	both "smcroutectl kill"
	both_gone
	verdict tables
}
