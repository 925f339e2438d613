# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The demonstration: streams through a router made of network namespaces or
# jails.  Sourced by setup.sh; demo_linux.sh and demo_freebsd.sh have what
# differs.
#
# DEMO_BUILT=DIR: use the programs that are in DIR instead of building them.
# They must have been built with PREFIX=DIR, SYSCONFDIR=DIR/etc and
# RUNDIR=DIR/run; mcsend and mccount must be in DIR/net.

# shellcheck shell=sh
# shellcheck disable=SC2154	# variables of setup.sh and of those two

# The kernel queues 4 packets of a new flow, so at this rate the daemon has a
# tenth of a second to answer.
packets=100	# of each stream
rate=40		# a second
s4=10.77.0.2
s6=2001:db8:77::2
lans='lan1 lan2 lan3'
hosts="sender $lans"
work=
senders=
counters=

config() {
	cat <<END
# One source, one group
mroute from wan source $s4 group 239.77.1.1 to lan1 lan2
mroute from wan source $s6 group ff05::77:101 to lan1 lan2
# Any source
mroute from wan group 239.77.2.1 to lan3
mroute from wan group ff05::77:201 to lan3
# A range of groups, all interfaces named lan...
mroute from wan group 239.77.3.0/24 to lan+
mroute from wan group ff05::77:300/120 to lan+
# Listeners that the upstream network sees
mgroup from wan group 239.77.2.1
mgroup from wan group ff05::77:201
END
}

# Source, group, kind of route, where its packets should arrive.
streams() {
	cat <<END
$s4 239.77.1.1 (S,G) lan1 lan2
10.77.0.99 239.77.1.1 none
$s4 239.77.2.1 (*,G) lan3
10.77.0.99 239.77.2.1 (*,G) lan3
$s4 239.77.3.33 (*,G/24) lan1 lan2 lan3
$s4 239.77.4.1 none
$s6 ff05::77:101 (S,G) lan1 lan2
2001:db8:77::99 ff05::77:101 none
$s6 ff05::77:201 (*,G) lan3
2001:db8:77::99 ff05::77:201 (*,G) lan3
$s6 ff05::77:333 (*,G/120) lan1 lan2 lan3
$s6 ff05::77:401 none
END
}

# Leaves out the lines with IPv6 addresses where the kernel cannot route them.
families() {
	if [ "$v6" = yes ]; then
		cat
	else
		grep -v :
	fi
}

topology() {
	for place in $hosts router; do
		place "$place" || return
	done
	forwarding
	net=0
	for host in $hosts; do
		port=$host
		[ "$host" = sender ] && port=wan
		cable router "$port" "$host" eth0 &&
		    address router "$port" "10.77.$net.1/24" &&
		    address "$host" eth0 "10.77.$net.2/24" &&
		    default_route "$host" "10.77.$net.1" || return
		if [ "$v6" = yes ]; then
			a=2001:db8:77
			[ "$net" = 0 ] || a=$a:$net
			address router "$port" "$a::1/64" &&
			    address "$host" eth0 "$a::2/64" || return
		fi
		net=$((net + 1))
	done
}

# Waits for a command to succeed, ten seconds at most.
until_true() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || return
		sleep 0.1
	done
}

# Ends a process that this script has started, and returns its exit code.
end() {
	kill "$1" 2>/dev/null
	(until_true gone "$1" || kill -9 "$1")
	wait "$1"
}

cleanup() {
	trap '' HUP INT TERM
	[ -n "$work" ] || return
	# a signal may come before a variable has the number of a process
	jobs -p >"$work/jobs"
	while read -r p; do
		end "$p"
	done <"$work/jobs"
	remove_places
	cd /
	[ -z "${DEMO_BUILT:-}" ] || rm -f "$DEMO_BUILT/etc/smcroute.conf"
	rm -rf "$work"
}

# Runs make in the background, so that this script obeys a signal at once.
make_it() {
	$make PREFIX="$inst" RUNDIR="$inst/run" SYSCONFDIR="$inst/etc" \
	    SMCROUTE_USER="$user" "$@" >"$work/build.log" 2>&1 </dev/null &
	if ! wait $!; then
		cat "$work/build.log" >&2
		return 1
	fi
}

build() {
	mkdir -p "$work/src" "$inst/etc" "$inst/run" "$inst/net" &&
	    cd "$work/src" &&
	    (cd "$top" && tar cf - Makefile Makefile.inc common smcrouted \
	    smcroutectl man etc) | tar xf - || return
	# The tree is copied, because objects built in it have other paths.
	find . -name obj -prune -exec rm -rf {} +
	find . -type f \( -name '*.o' -o -name '.depend' \) -exec rm -f {} +
	unset MAKEFLAGS MAKEOBJDIR MAKEOBJDIRPREFIX DESTDIR
	unset UNITDIR SYSUSERSDIR TMPFILESDIR
	make_it -j"$(getconf _NPROCESSORS_ONLN)" all && make_it install ||
	    return
	cd "$top/regress/net" || return
	for tool in mcsend mccount; do
		# shellcheck disable=SC2086
		quietly cc -O2 -D_GNU_SOURCE -o "$inst/net/$tool" $tool.c \
		    ether.c $link || return
	done
}

started() {
	[ -s "$inst/run/smcroute.pid" ] || gone "$daemon"
}

start() {
	config | families >"$inst/etc/smcroute.conf"
	$in_router "$inst/sbin/smcrouted" -n >"$work/log" 2>&1 </dev/null &
	daemon=$!
	until_true started
	[ -s "$inst/run/smcroute.pid" ] && return
	cat "$work/log" >&2
	return 1
}

# Sends all streams at the same time, and counts packets at each receiver.
count() {
	for lan in $lans; do
		"$inst/net/mccount" -n "$world$lan" -p "${world}router" \
		    "eth0:$lan" >"$work/$lan" 2>"$work/$lan.err" </dev/null &
		counters="$counters $!"
	done
	for lan in $lans; do
		until_true grep -q ready "$work/$lan" || return
	done
	while read -r src grp _; do
		"$inst/net/mcsend" -n "${world}sender" -c $packets -r $rate \
		    eth0 "$src" "$grp" >/dev/null </dev/null &
		senders="$senders $!"
	done <"$work/streams"
	for p in $senders; do
		wait "$p" || return
	done
	for p in $counters; do
		end "$p" || return
	done
}

table() {
	# shellcheck disable=SC2086
	printf '%-31s %-9s %-14s %4s %4s %4s %4s\n' stream route \
	    'should reach' sent $lans
	bad=0
	while read -r src grp kind to; do
		printf '%-31s %-9s %-14s %4s' "$src > $grp" "$kind" \
		    "${to:--}" $packets
		verdict=ok
		for lan in $lans; do
			n=$(awk -v s="$src" -v g="$grp" \
			    '$2 == s && $3 == g { print $4 }' "$work/$lan")
			n=${n:-0}
			printf ' %4s' "$n"
			case " $to " in
			*" $lan "*) want=$packets ;;
			*) want=0 ;;
			esac
			[ "$n" = "$want" ] || verdict=WRONG
		done
		echo " $verdict"
		[ $verdict = ok ] || bad=1
	done <"$work/streams"
	for lan in $lans; do
		total=$(awk '$2 == "total" { print $3 }' "$work/$lan")
		sum=$(awk 'NF == 4 { sum += $4 } END { print sum + 0 }' \
		    "$work/$lan")
		if [ "$total" != "$sum" ] || [ -s "$work/$lan.err" ]; then
			cat "$work/$lan.err"
			bad=1
		fi
	done
	return $bad
}

joins() {
	bad=0
	while read -r iif grp; do
		if memberships "$iif" | grep -Fqw "$grp"; then
			echo "joined on $iif: $grp"
		else
			echo "NOT joined on $iif: $grp"
			bad=1
		fi
	done <<END
$(awk '$1 == "mgroup" { print $3, $5 }' "$inst/etc/smcroute.conf")
END
	return $bad
}

show() {
	for what in routes groups interfaces; do
		echo
		echo "\$ smcroutectl -d show $what"
		"$inst/sbin/smcroutectl" -d show $what || return
	done
}

demo() {
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap cleanup EXIT
	make_work || exit 71
	inst=${DEMO_BUILT:-$work/inst}

	v6=no
	has_v6 && v6=yes
	streams | families >"$work/streams"
	[ $v6 = yes ] || echo 'this kernel has no IPv6 multicast routing'

	if [ -z "${DEMO_BUILT:-}" ]; then
		echo 'building'
		build || die 70 'it does not build'
	fi
	echo 'laying cables: sender -- router -- lan1, lan2, lan3'
	topology || die 71 "cannot make $places"
	echo 'starting smcrouted in the router, with this smcroute.conf:'
	start || die 70 'the daemon did not start'
	echo
	cat "$inst/etc/smcroute.conf"
	echo
	failed=
	count || die 70 'cannot send'
	table || failed="$failed routing"
	echo
	joins || failed="$failed groups"
	echo
	privileges || failed="$failed privileges"
	show || failed="$failed smcroutectl"
	echo
	end "$daemon" || failed="$failed exit"
	for f in pid sock; do
		[ ! -e "$inst/run/smcroute.$f" ] ||
		    failed="$failed smcroute.$f"
	done
	if [ -n "$failed" ]; then
		cat "$work/log" >&2
		die 1 "not as it should be:$failed"
	fi
	echo 'Every stream arrived complete where it should, and nowhere else.'
}
