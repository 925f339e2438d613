#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Rules for any source, source prefixes and group prefixes: flows are learned
# from their first packet.

. "$(atf_get_srcdir)/lib.sh"

case_both any_source "(*,G): every source, from its first packet"
any_source()
{
	topology 4
	conf <<-EOF
		mroute from r0 group $G1 to r1 r2
	EOF
	start
	expect_learned r0 $S1 $G1 r1 r2
	expect_learned r0 $X1 $G1 r1 r2
	expect_stopped r0 $S1 $G2	# another group
	expect_stream r3 $S2 $G1	# another interface
}

case_both group_prefix "(*,G/LEN): every group of the range"
group_prefix()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $GNET to r1
	EOF
	start
	expect_learned r0 $S1 $GIN1 r1
	expect_learned r0 $X1 $GIN2 r1
	expect_stopped r0 $S1 $GOUT
}

case_both source_prefix "(S/LEN,G): every source of the range"
source_prefix()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $SNET group $G1 to r1
	EOF
	start
	expect_learned r0 $S1 $G1 r1
	expect_learned r0 $S2 $G1 r1
	expect_stopped r0 $X1 $G1
	expect_stopped r0 $S1 $G2
}

case_both both_prefixes "(S/LEN,G/LEN): both ranges"
both_prefixes()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $SNET group $GNET to r1
	EOF
	start
	expect_learned r0 $S1 $GIN1 r1
	expect_learned r0 $S3 $GIN2 r1
	expect_stopped r0 $X1 $GIN1
	expect_stopped r0 $S1 $GOUT
}

case_both source_and_range "(S,G/LEN): one source, many groups"
source_and_range()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $GNET to r1
	EOF
	start
	expect_learned r0 $S1 $GIN1 r1
	expect_learned r0 $S1 $GIN2 r1
	expect_stopped r0 $S2 $GIN1
}

# Five rules cover one flow; the order of the lines does not matter.
_union_conf()
{
	cat <<-EOF
		mroute from r0 group $GNET to r1
		mroute from r0 group $GIN1 to r2
		mroute from r0 source $SNET group $GNET to r3
		mroute from r0 source $SNET group $GIN1 to r4
		mroute from r1 group $GIN1 to r5
	EOF
}

_union_check()
{
	expect_learned r0 $S1 $GIN1 r1 r2 r3 r4
	expect_learned r0 $X1 $GIN1 r1 r2
	expect_learned r0 $S1 $GIN2 r1 r3
	expect_learned r0 $X1 $GIN2 r1
	expect_stopped r0 $X1 $GOUT
	expect_learned r1 $X2 $GIN1 r5
}

case_both union "all rules that cover a flow add their oifs"
union()
{
	topology 6
	_union_conf | conf
	start
	_union_check
}

case_both union_order "... in whatever order they stand"
union_order()
{
	topology 6
	_union_conf | sort -r | conf
	start
	_union_check
}

case_both union_static "rules add their oifs to static routes too"
union_static()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G1 to r2
	EOF
	start
	expect_stream -c 50 r0 $S1 $G1 r1 r2
	expect_mfc $S1 $G1 r0 r1 r2
	expect_learned r0 $S2 $G1 r2
	ctl_ok add r0 $SNET $G1 r3
	expect_mfc $S1 $G1 r0 r1 r2 r3
	expect_mfc $S2 $G1 r0 r2 r3
	ctl_ok remove r0 $G1
	expect_mfc $S1 $G1 r0 r1 r3
	expect_mfc $S2 $G1 r0 r3
}

case_both stop_and_go "a new rule opens all stopped flows at once, and back"
stop_and_go()
{
	topology 3
	conf </dev/null
	start
	ctl_ok add r0 $S1 $G2 r2
	expect_stopped r0 $S1 $G1
	expect_stopped r0 $S2 $G1
	expect_stopped r0 $X1 $G1
	ctl_ok add r0 $G1 r1
	# All flows must be open now.
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S2 $G1 r0 r1
	expect_mfc $X1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S2 $G1 r1
	expect_stream r0 $X1 $G1 r1
	ctl_ok add r0 $SNET $GALL r2
	expect_mfc $S1 $G1 r0 r1 r2
	expect_mfc $X1 $G1 r0 r1
	ctl_ok remove r0 $SNET $GALL
	expect_mfc $S1 $G1 r0 r1
	ctl_ok remove r0 $G1
	for s in $S1 $S2 $X1; do
		expect_mfc $s $G1 r0
		expect_stream -c 20 r0 $s $G1
	done
	expect_mfc $S1 $G2 r0 r2
}

case_both batch_and_go "... and so do several in one request"
batch_and_go()
{
	topology 3
	conf </dev/null
	start
	ctl_ok add r0 $S2 $G3 r1 r2	# they have VIFs
	expect_stopped r0 $S1 $G1
	expect_stopped r0 $S1 $G2
	ctl -b <<-EOF || fail "batch"
		add r0 $GSSM r1
		add r0 $G1 r1
		add r0 $G2 r2
	EOF
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G2 r0 r2
	expect_stream r0 $S1 $G1 r1
	ctl -b <<-EOF || fail "batch"
		remove r0 $GSSM
		add r0 $G2 r1
		remove r0 $G1
	EOF
	expect_mfc $S1 $G1 r0
	expect_mfc $S1 $G2 r0 r1 r2
}

case_both stop_and_static "a static route opens a stopped flow at once"
stop_and_static()
{
	topology 2
	conf </dev/null
	start
	ctl_ok add r1 $G1 r0		# so that the interfaces are in use
	expect_stopped r0 $S1 $G1
	expect_stopped r0 $S2 $G1
	ctl_ok add r0 $S1 $G1 r1
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S2 $G1
	ctl_ok remove r0 $S1 $G1
	expect_stream r0 $S1 $G1
}

case_both remove_one_of_two "a rule that goes takes its own oifs only"
remove_one_of_two()
{
	topology 3
	conf </dev/null
	start
	ctl_ok add r0 $G1 r1
	ctl_ok add r0 $SNET $G1 r2
	expect_learned r0 $S1 $G1 r1 r2
	ctl_ok remove r0 $SNET $G1
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $SNET $G1 r2
	ctl_ok remove r0 $G1 r1
	expect_mfc $S1 $G1 r0 r2
	expect_stream r0 $S1 $G1 r2
}

case_both shared_oif "an oif that two rules name stays until both have gone"
shared_oif()
{
	topology 2
	conf </dev/null
	start
	ctl_ok add r0 $G1 r1
	ctl_ok add r0 $SNET $GALL r1
	expect_learned r0 $S1 $G1 r1
	ctl_ok remove r0 $G1
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	ctl_ok remove r0 $SNET $GALL
	expect_stream r0 $S1 $G1
}

case_both exact_rule "remove names the rule, not what it covers"
exact_rule()
{
	topology 2
	conf <<-EOF
		mroute from r0 group $GNET to r1
	EOF
	start
	expect_learned r0 $S1 $GIN1 r1
	ctl_fails 1 . remove r0 $GIN1
	ctl_fails 1 . remove r0 $S1 $GIN1
	expect_mfc $S1 $GIN1 r0 r1
	ctl_ok remove r0 $GNET
	expect_no_route $S1 $GIN1
	expect_stream r0 $S1 $GIN1
}

case_both moves "a flow that comes in elsewhere moves there (WRONGVIF)"
moves()
{
	topology 4
	conf <<-EOF
		mroute from r0 group $G1 to r2 r1
		mroute from r1 group $G1 to r2 r0
	EOF
	start
	expect_learned r0 $S1 $G1 r1 r2
	stream_start -r 50 r1 $S1 $G1
	wait_mfc $S1 $G1 r1 r0 r2
	stream_end
	expect_stream r1 $S1 $G1 r0 r2
}

case_both moves_many "... and a thousand that move while the engine is stopped"
moves_many()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $GNET to r2
		mroute from r1 group $GNET to r2
	EOF
	start
	send -S 1000 -r 5000 r0 $S1 $GIN1
	must_come has_entries 1000
	kill -STOP "$(role engine)"
	send -S 1000 -r 5000 -c 1 r1 $S1 $GIN1
	kill -CONT "$(role engine)"
	must_come _all_moved
}

_all_moved()
{
	_have_moved 1000 && return
	report_again send -S 1000 -r 5000 -c 1 r1 $S1 $GIN1
	return 1
}

_have_moved() # N
{
	[ "$(mfc | awk '$3 == "r1"' | wc -l)" -eq "$1" ]
}

case_both moves_no_oif "... also to an interface that was none of its oifs"
moves_no_oif()
{
	topology 4
	conf <<-EOF
		mroute from r0 group $G1 to r2
		mroute from r1 group $G1 to r3
	EOF
	start
	expect_learned r0 $S1 $G1 r2
	stream_start -r 50 r1 $S1 $G1
	wait_mfc $S1 $G1 r1 r3
	stream_end
	expect_stream r1 $S1 $G1 r3
}

case_both moves_from_stop "a stop entry does not block the flow on another interface"
moves_from_stop()
{
	topology 4
	conf <<-EOF
		mroute from r0 group $G1 to r2
		mroute from r3 group $G2 to r2
	EOF
	start
	expect_stopped r3 $S1 $G1	# no rule has r3 as inbound interface
	stream_start -r 50 r0 $S1 $G1
	wait_mfc $S1 $G1 r0 r2
	stream_end
	expect_stream r0 $S1 $G1 r2
}

case_both moves_by_batch "... nor after several rules in one request"
moves_by_batch()
{
	topology 4
	conf <<-EOF
		mroute from r0 group $G3 to r2
		mroute from r3 group $G2 to r2
	EOF
	start
	expect_stopped r3 $S1 $G1
	# The kernel reports this packet, and then none for some seconds.
	send -c 1 r0 $S1 $G1
	ctl -b <<-EOF || fail "batch"
		add r0 $GSSM r2
		add r0 $G1 r2
	EOF
	expect_learned r0 $S1 $G1 r2
}

case_both stays "a flow stays where a rule is when it also comes in elsewhere"
stays()
{
	topology 4
	conf <<-EOF
		mroute from r0 group $G1 to r1 r3
		mroute from r3 group $G2 to r1
	EOF
	start
	expect_learned r0 $S1 $G1 r1 r3
	expect_stream -c 10 r3 $S1 $G1
	expect_stream r0 $S1 $G1 r1 r3
	expect_mfc $S1 $G1 r0 r1 r3
}

case_both static_moves "two static routes of one (S,G) on two interfaces"
static_moves()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r1 source $S1 group $G1 to r0 r2
	EOF
	start
	# The kernel has one entry for both; the flow decides where it comes in.
	if has_mfc $S1 $G1 r0 r1 r2; then
		set -- r1 r0
	else
		expect_mfc $S1 $G1 r1 r0 r2
		set -- r0 r1
	fi
	stream_start -r 50 "$1" $S1 $G1
	wait_mfc $S1 $G1 "$1" "$2" r2
	stream_end
	expect_stream "$1" $S1 $G1 "$2" r2
}

case_both starts "packets that come while the daemon answers are not lost"
starts()
{
	local i=0

	topology 2
	conf <<-EOF
		mroute from r0 group $GNET to r1
	EOF
	start
	count_start
	# four packets wait in the kernel, and some come just when the answer
	# does
	while [ $i -lt 300 ]; do
		send -c 4 -r 30000 r0 "$(addr_nth $S1 $i)" $GIN1
		i=$((i + 1))
	done
	must_come has_entries 300
	count_end r1=1200
}

case_both backlog "new flows that come while the daemon is busy wait for it"
backlog()
{
	need_linux "flows that wait 10 s for an answer"
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start
	count_start
	kill -STOP "$(daemon_pid)"
	send -c 1 -S 2000 r0 $S1 $G1
	kill -CONT "$(daemon_pid)"
	must_come has_entries 2000
	count_end r1=2000
}

case_both all_answered "2,000 uncovered flows: each gets its stop entry"
all_answered()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $G2 to r1
	EOF
	start
	count_start
	send -c 1 -S 2000 r0 $S1 $G1
	must_come has_entries 2000
	count_end
	[ "$(kernel_mfc_unresolved "$R" $FAM)" -eq 0 ] ||
	    fail "unanswered: $(kernel_mfc_unresolved "$R" $FAM)"
	# One rule opens them all.
	ctl_ok add r0 $G1 r1
	expect_stream -c 1 -S 2000 r0 $S1 $G1 r1
}

# 65,536 learned flows and stop entries are the limit.
case_one bounded "a storm of spoofed sources displaces no route"
bounded()
{
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $GSSM to r1
		mroute from r0 group $G1 to r1
		mroute from r2 group $G2 to r3
	EOF
	start
	expect_learned r2 $X1 $G2 r3
	expect_learned r0 $X1 $G1 r1
	# No rule covers group G3.  More sources send than there is room for.
	send -c 1 -S 66000 -r 40000 r0 10.64.0.1 $G3
	stream_start -r 20 r0 10.65.1.208 $G3	# the last of them
	must_come has_key 10.65.1.208 $G3	# writes all entries to mfc.now
	stream_end
	[ "$(wc -l <mfc.now)" -le $((65536 + 1)) ] ||
	    fail "$(wc -l <mfc.now) entries"
	for flow in "$S1 $GSSM r0 r1" "$X1 $G2 r2 r3" "$X1 $G1 r0 r1"; do
		grep -qxF "$flow" mfc.now || fail "displaced: $flow"
	done
	expect_stream r0 $S1 $GSSM r1
	expect_stream r2 $X1 $G2 r3
	expect_stream -c 4 r2 $X2 $G2 r3	# and new ones are learned
	expect_stream -c 4 r0 $X2 $G1 r1
	daemon_alive
	ctl_ok flush
	[ "$(mfc_count)" -eq 1 ] || fail "$(mfc_count) entries after flush"
}

case_both flush "flush removes learned flows at once and static routes never"
flush()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G2 to r2
		mroute from r0 group $G1 to r1
	EOF
	start
	expect_learned r0 $S1 $G1 r1
	expect_learned r0 $S2 $G1 r1
	expect_stream r0 $S1 $G2 r2
	ctl_ok flush
	expect_no_mfc $S1 $G1
	expect_no_mfc $S2 $G1
	expect_mfc $S1 $G2 r0 r2
	expect_learned r0 $S1 $G1 r1	# and back with the next packet
}

case_both expiry "learned flows go when they are unused, static routes do not"
expiry()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G2 to r2
		mroute from r0 group $G1 to r1
	EOF
	start -c 1
	expect_learned r0 $S1 $G1 r1
	expect_learned r0 $S2 $G1 r1
	stream_start -r 20 r0 $S1 $G1
	wait_no_mfc $S2 $G1
	# a flow in use keeps its entry over several looks
	must_come mfc_has_forwarded $S1 $G1 60
	expect_mfc $S1 $G2 r0 r2
	stream_end
	wait_no_mfc $S1 $G1
	expect_mfc $S1 $G2 r0 r2
	expect_learned r0 $S2 $G1 r1	# learned anew
}

case_both expiry_stop "stop entries go when they are unused"
expiry_stop()
{
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start -c 1
	expect_stopped r0 $S1 $G2
	wait_no_mfc $S1 $G2
	expect_stopped r0 $S1 $G2
}

case_both expiry_never "with -c 0 learned flows and stop entries stay"
expiry_never()
{
	topology 2
	echo "mroute from r0 group $G1 to r1" | conf
	start -c 3600
	expect_learned r0 $S1 $G1 r1
	wait_for not has_no_timer engine || fail "nothing would ever expire"
	stop
	start -c 0
	expect_learned r0 $S1 $G1 r1
	expect_stopped r0 $S1 $G3
	wait_for has_no_timer engine || fail "something is to expire"
}

case_both runtime_rules "rules of smcroutectl are as those of the file"
runtime_rules()
{
	topology 4
	conf </dev/null
	start
	ctl_ok add r0 $SNET $GNET r1
	ctl_ok add r0 $GIN1 r2
	expect_learned r0 $S1 $GIN1 r1 r2
	expect_learned r0 $S1 $GIN2 r1
	expect_learned r0 $X1 $GIN1 r2
	expect_stopped r0 $X1 $GIN2
	ctl_ok remove r0 $SNET $GNET
	expect_mfc $S1 $GIN1 r0 r2
	expect_stream r0 $S1 $GIN2
}

case_both many_rules "a flow of the last of 2,000 rules"
many_rules()
{
	topology 3
	awk -v v6=$((FAM == 6)) 'BEGIN {
		for (i = 0; i < 2000; i++) {
			a = v6 ? sprintf("ff0e:1:%x::/48", i + 1) : \
			    sprintf("225.%d.%d.0/24", 10 + i / 256, i % 256)
			printf "mroute from r0 group %s to r%d\n", a,
			    1 + i % 2
		}
	}' </dev/null | conf
	start
	if [ $FAM = 4 ]; then
		expect_learned r0 $S1 225.17.207.9 r2
		expect_learned r0 $S1 225.17.206.9 r1
		expect_stopped r0 $S1 225.17.208.9
	else
		expect_learned r0 $S1 ff0e:1:7d0::9 r2
		expect_learned r0 $S1 ff0e:1:7cf::9 r1
		expect_stopped r0 $S1 ff0e:1:7d1::9
	fi
}

# Prints whole seconds since the entry's last packet; nothing if there is no
# entry.
_age() # SRC GRP
{
	ip -n "$R" "-$FAM" -s -s mroute show 2>/dev/null |
	    awk -v key="($1,$2)" '
		$1 == key { hit = 1 }
		hit && match($0, /Age:? *[0-9]+/) {
			age = substr($0, RSTART, RLENGTH)
			gsub(/[^0-9]/, "", age)
			print age
			exit
		}'
}

# Watches the age of the entry's last packet until the entry is gone.
_is_old() # SRC GRP
{
	local now

	now=$(_age "$1" "$2")
	[ -z "$now" ] && return
	age=$now
	return 1
}

# The look that finds the three packets new does not tell when the last one
# came, so the kernel must be asked.
case_both expiry_several "a flow of several packets goes as soon as one of one"
expiry_several()
{
	local age=

	need_linux "the time of an entry's last packet"
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start -c 8
	send -c 3 -r 1 r0 $S1 $G1
	must_come has_mfc $S1 $G1 r0 r1
	must_come _is_old $S1 $G1
	# the manual says 10 at the latest; 16 would be too late
	{ [ "$age" -ge 7 ] && [ "$age" -le 13 ]; } ||
		fail "it went $age seconds after its last packet"
}
