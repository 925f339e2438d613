#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Several multicast routers on one machine: tables, identities, and other
# routing daemons.

. "$(atf_get_srcdir)/lib.sh"

# Instance $D is named by its identity alone; all file names follow from it.
_start_id() # ID [OPTION ...]
{
	local id="$1"

	shift
	printf '%s\n' "$SYSCONFDIR/$id.conf" "$RUNDIR/$id.pid" \
	    "$RUNDIR/$id.sock" >>files
	cp "$D.conf" "$SYSCONFDIR/$id.conf"
	for f in pid sock; do
		ln -sf "$RUNDIR/$id.$f" "$D.$f"
	done
	$(ns_command "$R") "$SMCROUTED" -n -i "$id" "$@" </dev/null \
	    >>"$D.log" 2>&1 &
	eval "pid_$D=\$!"
	note_pid $!
	wait_for started || fail "the daemon $id did not come up"
	daemon_alive
}

_rule() # IIF TABLE
{
	in_router ip "-$FAM" mrule add iif "$1" lookup "$2" prio "$2" ||
	    atf_skip "no multicast routing tables in the kernel"
}

case_both identities "three daemons, of which each has its table and files"
identities()
{
	local id=smcr$$

	if [ ! -d "$SYSCONFDIR" ] || [ ! -d "$RUNDIR" ]; then
		atf_skip "SYSCONFDIR and RUNDIR are not set"
	fi
	topology 6
	_rule r2 1
	_rule r4 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
	EOF
	_start_id ${id}a
	D=e
	conf <<-EOF
		mroute from r2 source $S1 group $G1 to r3
		mroute from r2 group $G2 to r3
		mgroup from r2 group $G1
	EOF
	_start_id ${id}b -t 1
	D=f
	conf <<-EOF
		mroute from r4 source $S1 group $G1 to r5 r1
		mroute from r4 group $G2 to r5
	EOF
	_start_id ${id}c -t 2
	expect_stream r0 $S1 $G1 r1
	expect_stream r2 $S1 $G1 r3
	expect_stream r4 $S1 $G1 r5 r1
	TABLE=; D=d; expect_learned r0 $S1 $G2 r1
	TABLE=1; D=e; expect_learned r2 $S2 $G2 r3
	TABLE=2; D=f; expect_learned r4 $S3 $G2 r5
	# each client speaks to its own, and each has its own counters
	for D in d e f; do
		ctl_hides "$(_other_source)" -d show routes
		ctl_shows "$(_own_source)" -d show routes
	done
	"$SMCROUTECTL" -i ${id}b add r2 $S3 $G3 r3 || fail "add"
	TABLE=1 expect_mfc $S3 $G3 r2 r3
	TABLE= expect_no_mfc $S3 $G3
	expect_stream r2 $S3 $G3 r3
	# a daemon looks for unused flows in its own table only
	D=e
	ctl_ok flush
	TABLE=1 expect_no_mfc $S2 $G2
	TABLE= expect_mfc $S1 $G2 r0 r1
	TABLE=2 expect_mfc $S3 $G2 r4 r5
	# the end of one daemon, or of its engine, does not end the others
	D=f
	kill -9 "$(role engine)"
	must_come ctl_has_mfc $S1
	TABLE=2 expect_mfc $S3 $G2 r4 r5
	D=d
	stop
	expect_stream r2 $S1 $G1 r3
	expect_stream r4 $S1 $G1 r5 r1
	expect_join r2 $G1
	expect_no_join r0 $G1
}

ctl_has_mfc() # SRC
{
	ctl show routes 2>/dev/null | grep -q "$1"
}

# The source that only this daemon has learned, and the sources of the others.
_own_source()
{
	case $D in
	d)	echo "\($S1, $G2\) *r0" ;;
	e)	echo "\($S2, $G2\) *r2" ;;
	f)	echo "\($S3, $G2\) *r4" ;;
	esac
}

_other_source()
{
	case $D in
	d)	echo "($S2|$S3), " ;;
	e)	echo "($S1|$S3), $G2" ;;
	f)	echo "($S1|$S2), $G2" ;;
	esac
}

case_both expiry "flows of a table are looked up in that table"
expiry()
{
	topology 4
	_rule r2 1
	conf <<-EOF
		mroute from r2 group $G1 to r3
	EOF
	start -t 1 -c 1
	TABLE=1
	stream_start -r 20 r2 $S1 $G1
	must_come mfc_has_forwarded $S1 $G1 60
	stream_end
	wait_no_mfc $S1 $G1
}

case_both same_iif "one interface, two tables by turns"
same_iif()
{
	need_linux "ip(8)"
	topology 3
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start
	D=e
	conf <<-EOF
		mroute from r0 group $G1 to r2
	EOF
	start -t 7
	expect_learned r0 $S1 $G1 r1
	_rule r0 7
	TABLE=7
	expect_learned r0 $S1 $G1 r2
	in_router ip "-$FAM" mrule del iif r0 lookup 7 prio 7
	expect_stream r0 $S1 $G1 r1
}

# pimd, unpacked from its package, has table 0.
_pimd()
{
	PIMD=${PEERS:-}/pimd/usr/sbin/pimd
	[ -x "$PIMD" ] || atf_skip "no pimd: its package cannot be had"
	in_router ip addr add 192.0.2.1/30 dev r0
	in_router ip addr add 192.0.2.5/30 dev r1
	echo 'bsr-candidate priority 5' >pimd.conf
	mkdir -p pimrun
	cat >pimd.sh <<-EOF
		mount --bind pimrun /run && exec "$PIMD" -f -c $W/pimd.conf
	EOF
	$(ns_command "$R") unshare -m sh pimd.sh >pimd.log 2>&1 </dev/null &
	pim=$!
	note_pid $!
	wait_for has_vif r1 || fail "pimd has no VIF: $(cat pimd.log)"
}

case_one beside_pimd "pimd on the default table, smcrouted on another one"
beside_pimd()
{
	need_linux "namespaces"
	need unshare
	topology 4
	_pimd
	_rule r2 1
	conf <<-EOF
		mroute from r2 source $S1 group $G1 to r3
		mroute from r2 group $G2 to r3
	EOF
	start -t 1
	expect_stream r2 $S1 $G1 r3
	TABLE=1
	expect_learned r2 $S2 $G2 r3
	alive $pim || fail "pimd ended: $(cat pimd.log)"
	has_vif r0 || fail "pimd has lost its VIF"
	stop
	alive $pim || fail "pimd ended: $(cat pimd.log)"
}

case_one instead_of_pimd "exit 69 says that pimd has the table"
instead_of_pimd()
{
	need_linux "namespaces"
	need unshare
	topology 2
	_pimd
	conf </dev/null
	launch
	ended 69
	log_has "IPv4 multicast routing is in use by pimd \(process $pim\)" ||
	    fail "pimd is not named"
	kill $pim
	must_come gone $pim
	start
	stop
}
