#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Requests of smcroutectl: each line is done as a whole, or not at all.

. "$(atf_get_srcdir)/lib.sh"

# Makes 34 interfaces, of which the first hold all slots.
_full()
{
	local n=0

	topology 34
	{
		echo "mroute from r0 source $S1 group $G1 to r1"
		while [ $n -lt $((SLOTS - 1)) ]; do
			n=$((n + 1))
			echo "mroute from r0 group $G3 to r$n"
		done
	} | conf
	start
	has_vif "r$((SLOTS - 1))" || fail "$(kernel_vifs "$R" $FAM)"
}

# Sends a batch, which must end with this status and these errors.
_batch() # STATUS REGEX <lines
{
	local status=0

	ctl -b >ctl.out 2>ctl.err || status=$?
	[ $status -eq "$1" ] || fail "status $status: $(cat ctl.err)"
	grep -Eq -- "$2" ctl.err || fail "no '$2' in: $(cat ctl.err)"
}

case_both batch_undone "a line that gets no slot is taken back, and no other"
batch_undone()
{
	_full
	_batch 1 '^smcroutectl: line 3: no VIF left for r32' <<-EOF
		add r0 $S1 $G1 r2
		remove r0 $S1 $G1
		add r0 $S1 $G2 r32
	EOF
	[ "$(wc -l <ctl.err)" -eq 1 ] || fail "$(cat ctl.err)"
	# no rule of the failed line is left
	expect_no_mfc $S1 $G1
	expect_no_mfc $S1 $G2
	ctl_hides "$S1" show routes
	# and a line that is added later is complete
	ctl_ok add r0 $S2 $G2 r3
	expect_mfc $S2 $G2 r0 r3
	expect_no_mfc $S1 $G2
}

case_both batch_undone_in_part "... what others have added to its rule stays"
batch_undone_in_part()
{
	_full
	_batch 1 '^smcroutectl: line 2: no VIF left for r33' <<-EOF
		add r0 $S1 $G1 r2
		add r0 $S1 $G1 r3 r33
		add r0 $S2 $G2 r4
	EOF
	expect_mfc $S1 $G1 r0 r1 r2
	expect_mfc $S2 $G2 r0 r4
	must_come ctl show >/dev/null 2>&1
	replace engine
	expect_mfc $S1 $G1 r0 r1 r2
	expect_mfc $S2 $G2 r0 r4
}

case_one batch_kernel "... and so does the word kernel"
batch_kernel()
{
	need_linux "resident entries"
	_full
	_batch 1 '^smcroutectl: line 1: no VIF left for r33' <<-EOF
		add r0 $G1 r33 kernel
		add r0 $G1 r2 kernel
	EOF
	ctl_shows "$G1.*r2 .*\[kernel\]" show routes
	_batch 1 '^smcroutectl: line 1: no VIF left for r33' <<-EOF
		add r0 $G2 r33 kernel
		add r0 $G2 r2
	EOF
	ctl_shows "$G2.*r2\$" show routes
	must_come ctl show >/dev/null 2>&1
	replace engine
	ctl_shows "$G1.*r2 .*\[kernel\]" show routes
	ctl_shows "$G2.*r2\$" show routes
}

case_both not_its_own "a line does not fail for an interface of another line"
not_its_own()
{
	_full
	# a rule of the file that names an interface without a slot
	echo "mroute from r0 source $S2 group $G2 to r1 r33" >>"$D.conf"
	hup
	ctl_ok add r0 $S2 $G2 r2
	expect_mfc $S2 $G2 r0 r1 r2
	ctl_ok add r0 $S2 $G2 notyet0
	ctl_shows notyet0 show pending
	ctl_fails 1 'no VIF left for r33' add r0 $S2 $G2 r33
}

# The parent believes that the kernel takes 64 entries.
_small()
{
	need_tool rogue
	"$TOOLS/rogue" -m 49152 /bin/true ||
		atf_skip "no machine can be made smaller"
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	printf '#!/bin/sh\nexec %s -m 49152 %s "$@"\n' "$TOOLS/rogue" \
	    "$SMCROUTED" >wrapper
	chmod 755 wrapper
	SMCROUTED=$W/wrapper start "$@"
	seq 1 63 | while read -r n; do
		echo "add r0 $(addr_nth $X1 "$n") $G2 r1"
	done | ctl -b || fail "63 routes"
}

case_both refused_undone "a route that the kernel refuses is not kept"
refused_undone()
{
	_small
	ctl_fails 1 'No space left' add r0 $S2 $G1 r1
	ctl_hides "$S2" show routes
	# nor later, when there is room: not in the journal, ...
	ctl_ok remove r0 "$(addr_nth $X1 1)" $G2
	replace engine
	expect_no_mfc $S2 $G1
	ctl_hides "$S2" show routes
	# ... and not when the routes are evaluated again
	ctl_ok add r0 $S3 $G3 r2
	hup
	expect_no_mfc $S2 $G1
	ctl_ok add r0 $S3 $G3 r2
	replace engine
	expect_no_mfc $S2 $G1
	expect_mfc $S3 $G3 r0 r2
}

case_both refused_in_part "... and a rule that had others keeps those"
refused_in_part()
{
	_small
	_batch 1 '^smcroutectl: line 2: No space left' <<-EOF
		add r0 $S1 $G1 r2
		add r0 $S2 $G1 r1
	EOF
	expect_mfc $S1 $G1 r0 r1 r2
	expect_no_mfc $S2 $G1
	ctl_hides "$S2" show routes
}

_refuse_joins() # IF
{
	if [ "$FAM" = 4 ]; then
		in_router sysctl -qw net.ipv4.igmp_max_memberships=0
	else
		in_router ip link set "$1" mtu 1200
	fi
}

_allow_joins() # IF
{
	if [ "$FAM" = 4 ]; then
		in_router sysctl -qw net.ipv4.igmp_max_memberships=20
	else
		in_router ip link set "$1" mtu 1500
	fi
}

_shown() # IF
{
	ctl show interfaces | grep -q "$1"
}

case_both refused_join "a join that the kernel refuses is not kept"
refused_join()
{
	need_linux "sysctl, ip(8)"
	topology 1
	conf </dev/null
	start
	_refuse_joins r0
	ctl_fails 1 . join r0 $G1
	_batch 1 '^smcroutectl: line 2: ' <<-EOF
		add r0 $S1 $G1 r1
		join r0 $G2
	EOF
	_allow_joins r0
	# an event after which refused memberships of the file are tried again
	plug r1
	must_come _shown r1
	ctl_ok join r0 $G3
	expect_join r0 $G3
	expect_no_join r0 $G1
	expect_no_join r0 $G2
	replace engine
	expect_mfc $S1 $G1 r0 r1
	expect_join r0 $G3
	expect_no_join r0 $G1
	expect_no_join r0 $G2
	ctl_hides "$G2" show groups
}

# Linux gives no VIF to an interface whose MTU is too small for IPv4; only lo can
# have such an MTU.
case_one refused_vif "a line whose VIF the kernel refuses is pending, and kept"
refused_vif()
{
	need_linux "ip(8)"
	topology 2
	in_router ip link set lo mtu 60
	conf </dev/null
	start
	ctl_ok add r0 $S1 $G1 r1 lo
	log_has 'VIF lo: ' || fail "the kernel did not refuse it"
	ctl_status 0 show routes
	grep -q "1 line waits.*: lo; 'lo' is refused by the kernel: Cannot" \
	    ctl.err ||
	    fail "show does not say why: $(cat ctl.err)"
	expect_mfc $S1 $G1 r0 r1
	ctl_shows "^mroute from r0 .*$G1 to r1 lo\$" show pending
	replace engine
	expect_mfc $S1 $G1 r0 r1
	ctl_shows "^mroute from r0 .*$G1 to r1 lo\$" show pending
	in_router ip link set lo mtu 65536
	wait_mfc $S1 $G1 r0 lo r1
}

case_both refused_hook "the command of -e does not run for a refused flow"
refused_hook()
{
	printf '#!/bin/sh\necho "$*" $source $group >>%s/ran\n' "$W" >hook
	chmod 755 hook
	: >ran
	_small -e ./hook
	ctl_ok add r0 $G3 r1
	send r0 $S1 $G3	# refused
	must_come log_has "\($S1, $G3\): No space left"
	# removing a route makes room for another flow
	ctl_ok remove r0 "$(addr_nth $X1 1)" $G2
	expect_learned r0 $S2 $G3 r1
	must_come grep -q "install $S2 $G3" ran
	! grep "install $S1 $G3" ran || fail "it ran for the refused flow"
}
