# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Topologies and what the kernel says, on FreeBSD: vnet jails, epair(4).
# Sourced by lib.sh; topo_linux.sh has the same verbs.
#
# A jail sees the files of the machine.  Interfaces get their names before they
# move into jails, so names are those of the machine while a cable is made: one
# case runs at a time.

# shellcheck shell=sh disable=SC3043,SC2016,SC2034

# Without --foreground, FreeBSD's timeout(1) waits for all processes that the
# command has left.
LIMIT="timeout --foreground -k 5 120"

topo_supported() # prints what is missing; status 1
{
	[ "$(sysctl -n kern.features.vimage 2>/dev/null)" = 1 ] ||
		{ echo "the kernel has no vnet jails"; return 1; }
	sysctl -N net.inet.ip.viftable >/dev/null 2>&1 ||
		{ echo "the kernel has no multicast routing"; return 1; }
	! ifconfig -l | grep -qw r0 || { echo "there is an r0"; return 1; }
}

# The families that have router discovery.  A process in capability mode cannot
# send it over IPv6.
topo_discovery()
{
	echo 4
}

# How many interfaces can have a VIF.
topo_slots()
{
	echo 31
}

# Packets may be sent back to the interface where they came in.
topo_sends_back()
{
	false
}

# IPv4 solicitations are too short for IGMP here.
topo_has_solicitations()
{
	return 1
}

topo_has_carrier()
{
	return 1
}

vif_needs_address()
{
	:
}

topo_has_v6()
{
	sysctl -n net.inet6.ip6.forwarding >/dev/null 2>&1
}

ns_make() # NAME router|hosts
{
	echo "$1" >>namespaces
	# jexec(8) changes to /: this goes back to the folder of the case
	echo 'cd "${0%/*}" && exec "$@"' >in_place
	jail -c name="$1" path=/ vnet persist allow.raw_sockets \
	    enforce_statfs=0 || return 1
	ns_exec "$1" ifconfig lo0 127.0.0.1/8 up
	if [ "$2" = hosts ]; then
		ns_exec "$1" sysctl -q net.inet6.ip6.auto_linklocal=0
	else
		ns_exec "$1" sysctl -q net.inet.ip.forwarding=1 \
		    net.inet6.ip6.forwarding=1 net.inet6.ip6.dad_count=0 \
		    net.inet6.ip6.auto_linklocal=1
	fi >/dev/null
}

# The jail's interfaces go with it, but for their other ends.
ns_destroy() # NAME
{
	local pids i

	pids=$(ps -J "$1" -o pid= 2>/dev/null)
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill -9 $pids 2>/dev/null
	for i in $(ns_exec "$1" ifconfig -g epair); do
		if_delete "$1" "$i"
	done
	jail -r "$1"
} 2>/dev/null

ns_command() # NAME
{
	echo "jexec $1 sh $PWD/in_place"
}

ns_exec() # NAME COMMAND ...
{
	local ns="$1"

	shift
	jexec "$ns" sh "$PWD/in_place" "$@"
}

# Each router's interface has an IPv4 address: the kernel makes VIFs for those.
cable_make() # NS1 IF1 NS2 IF2 [INDEX1]
{
	local pair n

	pair=$(ifconfig epair create) || return 1
	n=$(($(cat cables_made 2>/dev/null || echo 0) + 1))
	echo $n >cables_made
	ifconfig "$pair" name "$2" >/dev/null &&
	    ifconfig "${pair%a}b" name "$4" >/dev/null &&
	    ifconfig "$2" vnet "$1" && ifconfig "$4" vnet "$3" &&
	    ns_exec "$1" ifconfig "$2" inet "10.254.$n.1/24" up &&
	    ns_exec "$3" ifconfig "$4" up || return 1
	[ -z "${5-}" ] || [ "$(if_index "$1" "$2")" = "$5" ] ||
	    atf_skip "an interface gets the number that is free"
}

cable_ready() # ROUTER IF1 HOSTS IF2
{
	ns_exec "$1" ifconfig "$2" >if.now 2>&1 &&
	    grep -q 'flags=.*<UP,.*RUNNING' if.now &&
	    grep -q 'inet6 fe80' if.now && ! grep -q tentative if.now
}

cables_ready() # ROUTER HOSTS N
{
	local i

	for i in $(ns_exec "$1" ifconfig -g epair); do
		cable_ready "$1" "$i" || return 1
	done
}

# An interface goes back to the machine before it is destroyed: inside a jail
# the other end of its cable would be out of reach.
if_delete() # NS IF
{
	ifconfig "$2" -vnet "$1" && ifconfig "$2" destroy
}
if_up() { ns_exec "$1" ifconfig "$2" up; }
if_down() { ns_exec "$1" ifconfig "$2" down; }
# It keeps its IPv4 address, as cable_make() gave it one.
if_move() # NS IF NS
{
	ns_exec "$1" ifconfig "$2" |
	    sed -n 's/^[[:space:]]*inet \([^ ]*\).*/\1/p' >>"address.$2"
	ifconfig "$2" -vnet "$1" && ifconfig "$2" vnet "$3" &&
	    ns_exec "$3" ifconfig "$2" inet "$(head -n 1 "address.$2")/24"
}
if_index() { ns_exec "$1" netstat -nI "$2" | sed -n 's/.*<Link#\([0-9]*\)>.*/\1/p'; }
if_rename() { ns_exec "$1" ifconfig "$2" name "$3" >/dev/null; }

# Packets that have come in there.
if_received() # NS IF
{
	ns_exec "$1" netstat -nbI "$2" | awk '$3 ~ /Link/ { print $(NF - 7) }'
}

if_address() # NS IF ADDR/LEN
{
	case $3 in
	*:*)	ns_exec "$1" ifconfig "$2" inet6 "$3" alias ;;
	*)	ns_exec "$1" ifconfig "$2" inet "$3" alias ;;
	esac
}

if_no_addresses() # NS IF
{
	local a

	for a in $(ns_exec "$1" ifconfig "$2" | awk '$1 == "inet" { print $2 }')
	do
		ns_exec "$1" ifconfig "$2" inet "$a" -alias
	done
	for a in $(ns_exec "$1" ifconfig "$2" | awk '$1 == "inet6" { print $2 }')
	do
		ns_exec "$1" ifconfig "$2" inet6 "$a" -alias
	done
}

if_multicast() # NS IF on|off
{
	atf_skip "an interface keeps its MULTICAST flag"
}

if_addresses() # NS IF 4|6: of the link, a line each
{
	ns_exec "$1" ifconfig "$2" | if [ "$3" = 4 ]; then
		sed -n 's/.*inet \([^ ]*\).*/\1/p'
	else
		sed -n 's/.*inet6 \(fe80[^% ]*\).*/\1/p'
	fi
}

kernel_mfc() # NS 4|6 [TABLE]
{
	"$TOOLS/mfc" "$1" "$2" entries | awk '{
		line = $1 " " $2
		for (i = 4; i <= NF; i++)
			line = line " " $i
		print line
	}'
}

kernel_mfc_packets() # NS 4|6 SRC GRP [TABLE]
{
	"$TOOLS/mfc" "$1" "$2" entries |
	    awk -v s="$3" -v g="$4" '$1 == s && $2 == g { print $3 }'
}

kernel_mfc_unresolved() # NS 4|6
{
	"$TOOLS/mfc" "$1" "$2" unresolved
}

# The kernel hears the copies that it sends, and takes each for wrong.
kernel_wrong() # WRONG COPIES
{
	echo $(($1 + $2))
}

# Once in three seconds for each entry, and its own copies count.
report_again() # COMMAND ...
{
	"$@"
}

# Without that of the loopback interface, which start/mroute_bsd.c makes.
kernel_vifs() # NS 4|6
{
	"$TOOLS/mfc" "$1" "$2" vifs | sed '/^31 lo0$/d'
}

# "IF GROUP [SOURCE,...]" a line.  A group that was left stays in the list until
# that has been reported, including no source.
_memberships() # NS 4|6
{
	ns_exec "$1" ifmcstat -v -f "inet$([ "$2" = 4 ] || echo 6)" \
	    2>/dev/null | awk '
		/^[^ \t].*:$/ { dev = $1; sub(/:$/, "", dev) }
		$1 == "group" && ($0 ~ /mode exclude/ || $(NF - 1) == "srcs") {
			sub(/%.*/, "", $2)
			if ($2 !~ /^224\.0\.0\.[12]$|^ff0[12]:/)
				print dev, $2, ($(NF - 1) == "srcs" ? $NF : "")
		}'
}

kernel_joins() # NS 4|6
{
	_memberships "$@" | awk '{ print $1, $2 }'
}

# Memberships of one source: "IF SOURCE GROUP" a line.
kernel_ssm() # NS 4|6
{
	_memberships "$@" | awk '{
		n = split($3, sources, ",")
		for (i = 1; i <= n; i++)
			print $1, sources[i], $2
	}'
}

# FreeBSD 12.1 goes on to list an IPv4 group that was left, whoever did so.
list_is_exact() # 4|6
{
	[ "$1" = 6 ] || atf_skip "this kernel lists IPv4 groups that were left"
}

ssm_address() # ADDRESS, as kernel_ssm() prints it
{
	echo "$1"
}

# --- processes ----------------------------------------------------------------

# Tells a process from a later one of the same number.
pid_start() # PID
{
	ps -o lstart= -p "$1" | tr ' ' _
}

alive() # PID
{
	case $(ps -o state= -p "$1") in
	''|Z*)	return 1 ;;
	esac
}

children() # PID
{
	pgrep -P "$1"
}

executable_of() # PID
{
	procstat -b "$1" 2>/dev/null | awk 'NR > 1 { print $NF }'
}

# What stat(1) says of a file.
file_mode() { stat -f %Lp "$1"; }
file_user() { stat -f %Su "$1"; }
file_group() { stat -f %Sg "$1"; }

holder_name() # PID
{
	echo "another daemon"
}

other_signals()
{
	echo INFO
}

need_linux() # WHAT
{
	atf_skip "on Linux only: $1"
}

limit() # PID LIMIT
{
	atf_skip "the limits of another process cannot be set"
}

# Kibibytes that a process has had at most.
most_memory() # PID
{
	procstat -r "$1" | awk '/maximum RSS/ { print $(NF - 1) }'
}

waits_for_events() # PID
{
	atf_skip "what a process waits for cannot be seen"
}
