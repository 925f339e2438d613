#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Floods: more new flows than the limit of learned flows.

. "$(atf_get_srcdir)/lib.sh"

_entries() # REGEX of an iif: how many there are
{
	kernel_mfc "$R" $FAM | awk -v iif="^($1)\$" '$3 ~ iif' | wc -l
}

case_both limits "limits of learned flows, in all and of each interface"
limits()
{
	topology 4
	conf <<-EOF
		limit flows 100 flows-per-interface 70
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mroute from r2 group $G2 to r3
		mroute from r3 group $G2 to r1
	EOF
	start
	# the limit of one interface
	expect_stream -c 1 -r 1000 -S 200 r0 $S1 $G2 r1
	must_come ctl show >/dev/null
	[ "$(_entries r0)" -eq 71 ] || fail "$(_entries r0) of r0, not 71"
	ctl_notes '130 learned flows had to make room'
	# the interface with most flows makes room for another one
	expect_stream -c 1 -r 1000 -S 50 r2 $S1 $G3
	must_come ctl show >/dev/null
	[ "$(_entries r2)" -eq 50 ] || fail "$(_entries r2) of r2, not 50"
	[ "$(_entries r0)" -eq 51 ] || fail "$(_entries r0) of r0, not 51"
	[ "$(grep -c "learned flows reached" "$D.log")" -eq 1 ] ||
	    fail "$(cat "$D.log")"
	# a reload sets a lower limit, then the default
	edit "$D.conf" 's/^limit.*/limit flows 10/'
	ctl_status 0 reload
	[ "$(mfc_count)" -eq 11 ] || fail "$(mfc_count) entries, not 11"
	edit "$D.conf" '/^limit/d'
	ctl_status 0 reload
	expect_stream -c 1 -r 1000 -S 200 r0 $S1 $G2 r1
	must_come _entries_are 201
	expect_mfc $S1 $G1 r0 r1
}

_entries_are() # N of r0
{
	[ "$(_entries r0)" -eq "$1" ]
}

# What show says on stderr matches.
ctl_notes() # REGEX
{
	ctl show >/dev/null 2>notes || fail "show: $(cat notes)"
	grep -Eq "$1" notes || fail "no '$1' in: $(cat notes)"
}

_hundred_flows()
{
	topology 2
	conf <<-EOF
		limit flows 100
		mroute from r0 group $G2 to r1
		mroute from r0 group $G1 to r1
	EOF
	start
}

# Rounds of 10 new flows that nobody will use.  To make room for these the daemon
# looks at 80 of its 100 flows at most, so at the stream's once at most; and
# between two rounds the stream's flow has got a packet, however slow it is.
_made_up() # ROUNDS COUNT: packets of each flow
{
	local n=0 had

	while [ $n -lt "$1" ]; do
		send -c "$2" -S 10 -r 10000 r0 "$(addr_nth $S1 $((n * 10)))" $G2
		must_come has_key "$(addr_nth $S1 $((n * 10 + 9)))" $G2
		had=$(kernel_mfc_packets "$R" $FAM $X1 $G1)
		must_come mfc_has_forwarded $X1 $G1 $((had + 1))
		n=$((n + 1))
	done
}

# Its own number of packets says that the entry is the first one still.
_stays() # N: packets before the stream
{
	local n

	stream_end
	must_come ctl show >/dev/null 2>&1
	count_end r1=any
	grep -q "^$(host_of r1) $X1 $G1 $sent\$" counted ||
	    fail "not all $sent: $(grep "$X1 $G1" counted)"
	_has_all 100 || fail "$(mfc_count) entries"
	expect_mfc $X1 $G1 r0 r1
	n=$(kernel_mfc_packets "$R" $FAM $X1 $G1)
	[ "${n:-0}" -eq $((sent + $1)) ] ||
	    fail "it counts $n packets of $((sent + $1)): learned anew"
}

case_both in_use "a flow that is in use does not give way to made-up sources"
in_use()
{
	_hundred_flows
	expect_learned r0 $X1 $G1 r1	# sends 104 packets
	expect_learned r0 $X2 $G1 r1
	count_start
	stream_start -r 4000 r0 $X1 $G1
	_made_up 40 1
	_stays 104
	expect_no_route $X2 $G1	# a flow that was not in use
}

case_both in_use_more "... nor when each of those sends some more"
in_use_more()
{
	_hundred_flows
	# the made-up sources are there before the stream
	send -c 10 -S 100 r0 $X2 $G2
	must_come _has_all 100
	expect_learned r0 $X1 $G1 r1
	count_start
	stream_start -r 4000 r0 $X1 $G1
	_made_up 40 10
	_stays 104
	ctl_notes 'had to make room'
}

_has_all() # N
{
	[ "$(mfc_count)" -eq "$1" ]
}

case_one group_limit "a limit of groups"
group_limit()
{
	topology 1
	conf <<-EOF
		limit groups 10
		mgroup from r0 group 225.7.0.0/28
	EOF
	start
	log_has 'more than 10 memberships' || fail "$(cat "$D.log")"
	[ "$(join_count r0)" -eq 10 ] || fail "$(join_count r0) joined"
	ctl_fails 1 'too many' join r0 225.8.1.1
}

# Kibibytes that all processes of the daemon have had at most.
_peak()
{
	local pid sum=0

	for pid in $(daemon_pids); do
		sum=$((sum + $(most_memory "$pid")))
	done
	echo $sum
}

_stream() # NAME IF SRC GRP
{
	"$TOOLS/mcsend" -n "$H" -c 0 -r 500 "$(host_of "$2")" "$3" "$4" \
	    >"$1.sent" 2>&1 &
	eval "pid_of_$1=\$!"
	note_pid $!
	must_come grep -q sending "$1.sent"
}

# Every packet of the flow came out there, and none elsewhere.
_nothing_lost() # NAME OIF SRC GRP
{
	local sent

	sent=$(sed -n 's/^sent //p' "$1.sent")
	[ "$sent" -gt 0 ] && [ "$(grep -c " $3 $4 " counted)" -eq 1 ] &&
	    grep -q "^$(host_of "$2") $3 $4 $sent\$" counted ||
	    fail "$1: $sent sent: $(grep " $3 $4 " counted)"
}

# Sends packets each of which is a new flow: more of them than any case waits
# for.
_flood() # IF GRP
{
	local from=10.64.0.1

	[ $FAM = 4 ] || from=2001:db8:64::1
	: >"flood.$1.$2"
	"$TOOLS/mcsend" -n "$H" -c 1 -S 100000000 -r 1000000 \
	    "$(host_of "$1")" $from "$2" >"flood.$1.$2" 2>&1 &
	note_pid $!
	floods="$floods $!"
	must_come grep -q sending "flood.$1.$2"
}

# A new flow of an interface without a flood is served while the floods go on:
# its packets come out.  The kernel drops a packet of a new flow that finds the
# queue of reports full, so the flow sends 10,000 packets at most.
_is_served() # IF SRC GRP OIF
{
	local tries=0 before

	while [ $tries -lt 500 ]; do
		before=$(if_received "$H" "$(host_of "$4")")
		send -c 20 -r 200 "$1" "$2" "$3"
		[ "$(if_received "$H" "$(host_of "$4")")" -lt \
		    $((before + 20)) ] || return 0
		tries=$((tries + 1))
	done
	fail "nothing of a new flow of $1 came out, of 10,000 packets"
}

_entries_at_most() # N
{
	[ "$(mfc_count)" -le "$1" ]
}

# The floods end when the limit was reached and 20 new flows were served after
# that, however long it takes.  No flow expires (-c 0), so that the limit is
# reached on a slow machine, too.
CASE_TIMEOUT=1200
case_both million "made-up flows over two interfaces, more than the limit"
CASE_TIMEOUT=
million()
{
	local n=0 full=0 before floods='' p

	topology 7
	conf <<-EOF
		limit flows 10000
		mroute from r0 source $S1 group $GSSM to r1
		mroute from r2 source $S1 group $G1 to r3
		mroute from r0 group $G2 to r1
		mroute from r2 group $G2 to r3
		mroute from r4 group $G2 to r5
		mroute from r4 group $GIN1 to r6
	EOF
	start -c 0
	expect_learned r4 $X1 $G2 r5
	before=$(_peak)
	count_start
	_stream one r0 $S1 $GSSM
	_stream two r2 $S1 $G1
	_stream three r4 $X1 $G2
	# half of the flood is covered by a rule
	for i in r0 r2; do
		_flood $i $G2
		_flood $i $G3
	done
	while [ $full -lt 20 ]; do
		! log_has 'learned flows reached: .* makes room' || full=$((full + 1))
		_is_served r4 "$(addr_nth $S1 $n)" $GIN1 r6
		n=$((n + 1))
	done
	for p in $floods $pid_of_one $pid_of_two $pid_of_three; do
		kill $p
		wait $p || fail "mcsend failed: $(cat flood.* ./*.sent)"
	done
	must_come _entries_at_most $((10000 + 2))
	count_end r1=any r3=any r5=any r6=any
	echo "$n new flows served meanwhile; memory of all processes" \
	    "$before KiB, $(_peak) KiB in the flood"
	_nothing_lost one r1 $S1 $GSSM
	_nothing_lost two r3 $S1 $G1
	_nothing_lost three r5 $X1 $G2
	sanitized || [ "$(_peak)" -le $((before + 65536)) ] ||
	    fail "$(_peak) KiB instead of $before"
	ctl_notes 'had to make room'
	[ "$(wc -l <"$D.log")" -lt 100 ] || fail "$(wc -l <"$D.log") lines of log"
	# and when the flood is over everything works as before
	ctl_ok flush
	must_come _entries_at_most 2
	expect_learned r0 $X2 $G2 r1
	daemon_alive
}

# Deletions of flows that had to go do not wait for the flood to end: what is in
# the kernel is the limit, and what is on its way there (2,600 upcalls that the
# parent may have sent, 800 entries in verbs, twice that for good measure).
_is_bounded() # LIMIT
{
	local n

	n=$(mfc_count)
	[ "$n" -le $(($1 + 2 * (2600 + 800))) ] ||
		fail "$n entries in the kernel, the limit is $1"
}

# A flood on r0 is at the limit of flows; r2 and r3 have routes of their own.
_at_limit()
{
	topology 4
	conf <<-EOF
		limit flows 10000
		mroute from r0 group $G2 to r1
		mroute from r2 source $S1 group $G1 to r3
	EOF
	start -c 0
	_flood r0 $G2
	_flood r0 $G3
	must_come log_has 'learned flows reached: .* makes room'
}

_still_floods()
{
	local p

	for p in $floods; do
		kill $p || fail "the flood had ended"
		wait $p || fail "mcsend failed: $(cat flood.*)"
	done
}

CASE_TIMEOUT=600
case_both requests "while a flood is at its limit requests are done, too"
CASE_TIMEOUT=
requests()
{
	local n=0 floods=''

	_at_limit
	while [ $n -lt 10 ]; do
		n=$((n + 1))
		ctl_ok add r2 "$(addr_nth $S1 $n)" $G1 r3
		_is_bounded 10000
	done
	ctl_ok reload
	_is_bounded 10000
	_still_floods
	must_come _entries_at_most $((10000 + 1))
}

# Prints for each request in the trace how many upcalls of 36 bytes the engine
# took before it answered.  They come by its link to the parent, descriptor 3;
# requests, of more than a header, by its other Unix socket.  A reload counts
# from its last file on.
_taken_meanwhile()
{
	local fd

	in_router sed 's/.* \([0-9]*\)$/socket:[\1]/' /proc/net/unix >sockets
	for fd in "/proc/$(role engine)/fd"/*; do
		[ "${fd##*/}" = 3 ] || ! readlink "$fd" | grep -qxFf sockets ||
		    break
	done
	awk -v pipe="${fd##*/}" '
		{ split($1, call, /[(,]/) }
		call[1] == "recvmsg" && call[2] == pipe && $NF > 16 { is_on = 1 }
		call[1] == "recvmsg" && call[2] == 3 { n += $NF / 36 }
		!is_on || /SCM_RIGHTS/ { n = 0 }
		call[1] == "sendmsg" && call[2] == pipe && is_on {
			print int(n)
			is_on = 0
		}' trace
}

case_one requests_wait "... before many more flows are"
requests_wait()
{
	local n=0 floods='' most=$((2 * (2600 + 800)))	# see _is_bounded()

	need strace
	_at_limit
	trace_start "$(role engine)" recvmsg,sendmsg -s 0
	while [ $n -lt 10 ]; do
		n=$((n + 1))
		ctl_ok add r2 "$(addr_nth $S1 $n)" $G1 r3
	done
	ctl_ok reload
	trace_end
	_still_floods
	_taken_meanwhile >taken
	cat taken
	[ "$(wc -l <taken)" -eq 11 ] || fail "not 11 requests"
	grep -qv '^0$' taken || fail "the trace shows no upcall"
	# a reload evaluates 10,000 flows in slices, and takes upcalls in between
	awk -v most=$most '$1 > (NR == 11 ? 4 * most : most) { exit 1 }
	    ' taken || fail "too many"
}
