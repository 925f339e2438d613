#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# A kernel that has one MFC entry for each group, as OpenBSD's: the engine for
# it runs on a kernel that has one for each source and group, which keeps what
# that kernel would have replaced.

. "$(atf_get_srcdir)/lib.sh"

# The engine is put in the place of the installed one, for this daemon only.
_engine()
{
	need unshare
	need_tool group_engine
	cp "$SMCROUTED" start
	cat >smcrouted <<-EOF
		#!/bin/sh
		exec unshare -m sh -c 'mount --bind "$TOOLS/group_engine" \
		    "${SMCROUTED%/sbin/*}/libexec/smcrouted/engine" &&
		    exec "$W/start" "\$@"' sh "\$@"
	EOF
	chmod 755 smcrouted
	SMCROUTED=$W/smcrouted
}

case_both static "routes that would need two entries say so"
static()
{
	topology 4
	_engine
	conf <<-END
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 source $S2 group $G1 to r2
		mroute from r0 source $S1 group $G2 to r3
	END
	start
	wait_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G2 r0 r3
	has_entries 2 || fail "$(mfc)"
	ctl_status 0 show interfaces
	grep -q "($S1, $G1) is the entry for all sources of that group" \
	    ctl.err || fail "no warning: $(cat ctl.err)"
	! grep -q "$G2) is the entry" ctl.err || fail "$(cat ctl.err)"

	# the other route gets the entry
	ctl_status 0 remove r0 $S1 $G1
	wait_mfc $S2 $G1 r0 r2
	ctl_status 0 show interfaces
	! grep -q "is the entry" ctl.err || fail "$(cat ctl.err)"
	# until it comes back
	ctl_status 0 reload
	wait_mfc $S1 $G1 r0 r1
	ctl_status 0 show interfaces
	grep -q "($S1, $G1) is the entry" ctl.err || fail "$(cat ctl.err)"
}

case_both learned "the entry of a group is that of the source seen last"
learned()
{
	need strace
	topology 3
	_engine
	conf <<-END
		mroute from r0 group $G1 to r1
		mroute from r0 source $S1 group $G2 to r2
	END
	start
	wait_mfc $S1 $G2 r0 r2
	send r0 $S1 $G1
	wait_mfc $S1 $G1 r0 r1
	# Such a kernel reports another source only when it has removed the
	# entry.  The engine has one entry then, which is the new one.
	send r0 $S2 $G1
	wait_mfc $S2 $G1 r0 r1
	ctl_hides "$S1.*$G1" show routes
	ctl_shows "$S2.*$G1" show routes

	# a static entry that the kernel has removed comes back
	trace_start "$(role parent)" setsockopt
	send r0 $S2 $G2
	must_come grep -q setsockopt trace
	trace_end
	expect_mfc $S1 $G2 r0 r2
}
