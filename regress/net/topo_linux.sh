# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Topologies and what the kernel says, on Linux: network namespaces, veth pairs.
# Sourced by lib.sh; another system has a file of the same verbs.
#
# A namespace is named by one word.  All that was made is noted in files of the
# work directory, so that the cleanup, another process, finds it.

# Every sh that ATF knows has local.
# shellcheck shell=sh disable=SC3043,SC2016

topo_supported() # prints what is missing; status 1
{
	[ -w /run ] || [ -d /run/netns ] ||
		{ echo "/run is not writable"; return 1; }
	command -v ip >/dev/null || { echo "ip(8) is missing"; return 1; }
	command -v nsenter >/dev/null ||
		{ echo "nsenter(1) is missing"; return 1; }
	if ! ip netns add "$1" 2>err; then
		echo "no network namespace: $(cat err)"
		return 1
	fi
	ip netns del "$1"
}

# The families that have router discovery.
topo_discovery()
{
	if topo_has_v6; then echo 4 6; else echo 4; fi
}

# How many interfaces can have a VIF.
topo_slots()
{
	echo 32
}

# Packets may be sent back to the interface where they came in.
topo_sends_back()
{
	true
}

# The kernel passes on IPv4 solicitations, whose messages have 4 bytes.
topo_has_solicitations()
{
	:
}

# Succeeds when an interface sees that the other end of its cable is down.
topo_has_carrier()
{
	:
}

# Succeeds when an interface without an address has no VIF.
vif_needs_address()
{
	return 1
}

topo_has_v6()
{
	[ -e /proc/net/ip6_mr_vif ]
}

# A namespace for a router (forwards, IPv6 without delays) or for hosts (IPv4
# and IPv6 keep quiet: what arrives there comes from the tests only).
ns_make() # NAME router|hosts
{
	echo "$1" >>namespaces
	ip netns add "$1" || return 1
	ns_exec "$1" sysctl -q \
	    net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
	    net.ipv4.conf.all.send_redirects=0 || return 1
	if [ "$2" = hosts ]; then
		ns_exec "$1" sysctl -q net.ipv6.conf.all.disable_ipv6=1 \
		    net.ipv6.conf.default.disable_ipv6=1
	else
		ip -n "$1" link set lo up
		ns_exec "$1" sysctl -q \
		    net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		    net.ipv6.conf.default.accept_dad=0 \
		    net.ipv6.conf.default.accept_ra=0 \
		    net.ipv6.conf.default.router_solicitations=0
	fi 2>/dev/null # a kernel without IPv6 is fine
	return 0
}

# Ends the processes in it, by their ids, and removes it.
ns_destroy() # NAME
{
	local pids

	pids=$(ip netns pids "$1" 2>/dev/null)
	# shellcheck disable=SC2086
	[ -z "$pids" ] || kill -9 $pids 2>/dev/null
	ip netns del "$1" 2>/dev/null
}

# Prints the words to put before a command to run it in the namespace (they
# replace themselves by the command, so its process number stays).
ns_command() # NAME
{
	echo "nsenter --net=/run/netns/$1"
}

ns_exec() # NAME COMMAND ...
{
	local ns="$1"

	shift
	$(ns_command "$ns") "$@"
}

# A cable; neither end asks for addresses of neighbours.
cable_make() # NS1 IF1 NS2 IF2 [INDEX1]
{
	ip link add "$2" ${5:+index "$5"} netns "$1" arp off up type veth \
	    peer name "$4" netns "$3" arp off &&
	ip -n "$3" link set "$4" up
}

# The cable carries packets of both families: the kernel gets there some time
# after the ends have been set up.
cable_ready() # ROUTER IF1 HOSTS IF2
{
	ip -n "$3" -o link show dev "$4" | grep -q 'state UP' &&
	    ip -n "$1" -o link show dev "$2" | grep -q 'state UP' &&
	    { [ ! -e /proc/net/if_inet6 ] ||
	    ip -n "$1" -6 route show table local dev "$2" | grep -q ff00::/8; }
}

# The same for all N cables, if none has been set down.
cables_ready() # ROUTER HOSTS N
{
	[ "$(ip -n "$2" -o link show | grep -c 'state UP')" -ge "$3" ] &&
	    [ "$(ip -n "$1" -o link show | grep -c 'state UP')" -ge "$3" ] &&
	    { [ ! -e /proc/net/if_inet6 ] ||
	    [ "$(ip -n "$1" -6 route show table local |
	    grep -c ff00::/8)" -ge "$3" ]; }
}

if_delete() { ip -n "$1" link del "$2"; }
if_up() { ip -n "$1" link set "$2" up; }
if_down() { ip -n "$1" link set "$2" down; }
if_move() { ip -n "$1" link set "$2" netns "$3"; }
if_index() { ip -n "$1" -o link show dev "$2" | sed 's/:.*//'; }

# Packets that have come in there.
if_received() # NS IF
{
	ip -n "$1" -s link show dev "$2" | awk '/RX:/ { getline; print $2 }'
}

if_multicast() { ip -n "$1" link set "$2" multicast "$3"; } # NS IF on|off

# An address, IPv6 or not, that is ready when this returns.
if_address() # NS IF ADDR/LEN
{
	case $3 in
	*:*)	ip -n "$1" addr add "$3" dev "$2" nodad ;;
	*)	ip -n "$1" addr add "$3" dev "$2" ;;
	esac
}

if_addresses() # NS IF 4|6: of the link, a line each
{
	ip -n "$1" -o "-$3" addr show dev "$2" scope \
	    "$([ "$3" = 4 ] && echo global || echo link)" |
	    sed -n 's,.*inet6* \([^/ ]*\).*,\1,p'
}
if_no_addresses() # NS IF
{
	ns_exec "$1" sysctl -q "net.ipv6.conf.$2.addr_gen_mode=1" 2>/dev/null
	ip -n "$1" addr flush dev "$2"
}

# Adds an address as an administrator does on a live system: the interface stays
# up where the kernel allows it.
if_rename() # NS OLD NEW
{
	ip -n "$1" link set "$2" name "$3" 2>/dev/null ||
	    { if_down "$1" "$2" && ip -n "$1" link set "$2" name "$3" &&
	    if_up "$1" "$3"; }
}

# The forwarding cache: "SRC GRP IIF OIF ..." a line, oifs sorted, with
# "/THRESHOLD" where it is not 1.  Entries that nobody has resolved yet are
# left out, as are those of other tables, which ip(8) lists for IPv6.
kernel_mfc() # NS 4|6 [TABLE]
{
	ip -n "$1" "-$2" mroute show ${3:+table "$3"} 2>/dev/null |
	    awk '
		/^\(/ && !/unresolved/ && !/Table:/ {
			gsub(/\(ttl /, "/")
			split(substr($1, 2, length($1) - 2), key, ",")
			line = key[1] " " key[2]
			n = 0
			for (i = 2; i <= NF && $i != "State:"; i++) {
				if ($i == "Iif:")
					line = line " " $(++i)
				else if ($i != "Oifs:")
					oif[++n] = $i
			}
			for (i = 1; i <= n; i++)
				for (j = i + 1; j <= n; j++)
					if (oif[j] < oif[i]) {
						t = oif[i]
						oif[i] = oif[j]
						oif[j] = t
					}
			for (i = 1; i <= n; i++)
				line = line " " oif[i]
			gsub(/\)/, "", line)
			print line
		}'
}

# Packets that an entry has counted.
kernel_mfc_packets() # NS 4|6 SRC GRP [TABLE]
{
	ip -n "$1" "-$2" -s mroute show ${5:+table "$5"} 2>/dev/null |
	    awk -v key="($3,$4)" '
		$1 == key { hit = 1; next }
		hit { print $1; exit }'
}

# The number of flows that the kernel has reported and that wait for an answer.
kernel_mfc_unresolved() # NS 4|6
{
	ip -n "$1" "-$2" mroute show 2>/dev/null |
	    grep -c unresolved
}

# How often packets were wrong for the kernel: WRONG that came in elsewhere, when
# COPIES were forwarded.
kernel_wrong() # WRONG COPIES
{
	echo "$1"
}

# Runs the command where the kernel may keep back the report of a packet that is
# on a wrong interface, so that one packet is not enough.
report_again() # COMMAND ...
{
	:
}

# "SLOT IF" a line.
kernel_vifs() # NS 4|6
{
	local file=ip_mr_vif

	[ "$2" = 4 ] || file=ip6_mr_vif
	ns_exec "$1" awk 'NR > 1 { print $1, $2 }' /proc/net/$file
}

# Memberships: "IF GRP" a line, without what the system itself joins.
kernel_joins() # NS 4|6
{
	ip -n "$1" "-$2" maddr show | awk '
		/^[0-9]+:/ { dev = $2; next }
		$2 == "224.0.0.1" || $2 == "224.0.0.2" || $2 == "224.0.0.22" ||
		$2 == "224.0.0.106" || $2 ~ /^ff0[12]::/ { next }
		/^[ \t]*inet/ { print dev, $2 }'
}

# Source-specific memberships: "IF SRC GRP" a line.
kernel_ssm() # NS 4|6
{
	local file=mcfilter

	[ "$2" = 4 ] || file=mcfilter6
	ns_exec "$1" awk '
		function hex(s,  i, v) {
			v = 0
			for (i = 1; i <= length(s); i++)
				v = v * 16 + index("0123456789abcdef",
				    tolower(substr(s, i, 1))) - 1
			return v
		}
		function v4(s) {
			s = substr(s, 3)
			return hex(substr(s, 1, 2)) "." hex(substr(s, 3, 2)) \
			    "." hex(substr(s, 5, 2)) "." hex(substr(s, 7, 2))
		}
		$1 == "Idx" { next }
		$5 > 0 { print $2, ($3 ~ /^0x/ ? v4($4) " " v4($3) : $4 " " $3) }
		' /proc/net/$file
}

# An address as kernel_ssm prints it.
# Skips the case where the kernel lists groups that nobody is a member of.
list_is_exact() # 4|6
{
	:
}

ssm_address() # ADDRESS
{
	case $1 in
	*:*)	awk -v a="$1" 'BEGIN {
			n = split(a, half, "::")
			l = split(half[1], left, ":")
			r = n > 1 ? split(half[2], right, ":") : 0
			for (i = 1; i <= 8; i++) {
				w = i <= l ? left[i] : (i > 8 - r ? right[i - 8 + r] : "")
				printf "%s%s", substr("0000", length(w) + 1), w
			}
		}' ;;
	*)	echo "$1" ;;
	esac
}

# --- processes ----------------------------------------------------------------

# The start time of a process, so that its number is not mistaken for that of a
# later process.
pid_start() # PID
{
	sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

alive() # PID
{
	local state

	state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 1
	[ "${state%% *}" != Z ]
}

children() # PID
{
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

executable_of() # PID
{
	readlink "/proc/$1/exe"
}

# What stat(1) says of a file.
file_mode() { stat -c %a "$1"; }
file_user() { stat -c %U "$1"; }
file_group() { stat -c %G "$1"; }

# How another daemon names the one of process PID that has the kernel's routing.
holder_name() # PID
{
	echo "smcrouted (process $1)"
}

# The signals that not every system has, and that this one ignores.
other_signals()
{
	echo PWR STKFLT 34 64
}

# For cases that only this system has something to test for.
need_linux() # WHAT
{
	:
}

# A resource limit of a process, set as its user: root may lack the capability to
# do it to others.  Needs prlimit and setpriv.
limit() # PID LIMIT
{
	setpriv --reuid "$(stat -c %u "/proc/$1")" \
	    --regid "$(stat -c %g "/proc/$1")" --clear-groups \
	    prlimit --pid "$1" "$2" || fail "prlimit"
}

# Kibibytes that a process has had at most.
most_memory() # PID
{
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"
}

# An idle process waits for events only: the timeout, the fourth argument of
# epoll_wait(2), is -1.
waits_for_events() # PID
{
	local timeout

	timeout=$(cut -d' ' -f5 "/proc/$1/syscall")
	[ "$timeout" = 0xffffffff ] || [ "$timeout" = 0xffffffffffffffff ]
}
