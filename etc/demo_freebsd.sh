# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# What the demonstration does on FreeBSD: vnet jails, epair(4), procstat(1).

# shellcheck shell=sh
# shellcheck disable=SC2034	# variables of demo.sh
# shellcheck disable=SC2154

world=smcrouted_demo$$_
rate=10	# this may be an emulated machine
in_router="jexec ${world}router"
places='vnet jails'
link='link_bsd.c -ljail -lutil'

has_v6() {
	sysctl -N net.inet6.ip6.mif6table >/dev/null 2>&1
}

make_work() {
	work=$(mktemp -d /var/run/smcrouted-demo.XXXXXX) && chmod 755 "$work"
}

place() {
	jail -c name="$world$1" path=/ vnet persist allow.raw_sockets &&
	    jexec "$world$1" ifconfig lo0 inet 127.0.0.1/8 up || return
	[ "$v6" = no ] ||
	    jexec "$world$1" sysctl net.inet6.ip6.dad_count=0 >/dev/null
}

# The kernel may keep an ended jail for some time, with the interfaces in it.
# So these leave the jails first, by names that the machine does not use.
remove_places() {
	while read -r place if epair; do
		jexec "$world$place" ifconfig "$if" name "$epair"
		ifconfig "$epair" -vnet "$world$place"
	done <"$work/ends"
	while read -r epair; do
		ifconfig "$epair" destroy
	done <"$work/epairs"
	for place in $hosts router; do
		jail -r "$world$place"
	done
} >/dev/null 2>&1

# Makes a cable: jail and interface of one end, then of the other.
cable() {
	ifconfig epair create >>"$work/epairs" || return
	pair=$(tail -n 1 "$work/epairs")
	cable_end "$pair" "$1" "$2" && cable_end "${pair%a}b" "$3" "$4"
}

cable_end() { # EPAIR JAIL IF
	echo "$2 $3 $1" >>"$work/ends"
	ifconfig "$1" vnet "$world$2" &&
	    jexec "$world$2" ifconfig "$1" name "$3" >/dev/null &&
	    jexec "$world$2" ifconfig "$3" up
}

address() { # JAIL IF ADDRESS/LEN
	case $3 in
	*:*)	jexec "$world$1" ifconfig "$2" inet6 "$3" alias ;;
	*)	jexec "$world$1" ifconfig "$2" inet "$3" alias ;;
	esac
}

default_route() { # JAIL GATEWAY
	jexec "$world$1" route -q add default "$2"
}

# Switches unicast forwarding on, as on any router.  smcrouted does not need it.
forwarding() {
	$in_router sysctl net.inet.ip.forwarding=1 \
	    net.inet6.ip6.forwarding=1 >/dev/null 2>&1
}

memberships() { # IF
	$in_router ifmcstat -i "$1"
}

gone() {
	case $(ps -o state= -p "$1") in
	'' | Z*) ;;
	*) return 1 ;;
	esac
}

# The root directory of a process: its path, or "empty".
root_of() { # PID
	root=$(procstat -f "$1" | awk '$3 == "root" { print $NF }')
	if [ -d "$root" ] && [ -z "$(ls -A "$root")" ]; then
		root=empty
	fi
	echo "$root"
}

# The daemon's processes, with what they may do.
privileges() {
	ps -ax -o pid= -o ppid= -o state= -o ucomm= | awk -v top="$daemon" '
	$3 !~ /^Z/ { parent[$1] = $2; names[$1] = $4; order[n++] = $1 }
	END {
		for (i = 0; i < n; i++) {
			p = order[i]
			depth = 0
			for (q = p; q > 1 && q != top; q = parent[q])
				depth++
			if (q == top)
				print depth, p, names[p], parent[p]
		}
	}' | sort -k 1,1 -k 3,3 >"$work/processes"
	bad=0
	fmt='%-17s %6s %-9s %-15s  %s\n'
	# shellcheck disable=SC2059
	printf "$fmt" process pid user 'capability mode' root
	uid=$(id -u "$user")
	while read -r _ p name ppid; do
		[ "$ppid" != "$daemon" ] || name="$name's nursery"
		# PID COMM EUID RUID SVUID EGID RGID SVGID UMASK FLAGS GROUPS
		ids=$(procstat -s "$p" | awk 'NR > 1 {
			print $3 "/" $4 "/" $5, ($10 ~ /C/ ? "yes" : "NO") }')
		case ${ids% *} in
		0/0/0) who=root ;;
		"$uid/$uid/$uid") who=$user ;;
		*) who=${ids% *} ;;
		esac
		mode=${ids#* }
		root=$(root_of "$p")
		# shellcheck disable=SC2059
		printf "$fmt" "$name" "$p" "$who" "$mode" "$root"
		case $name in
		parent | reader*) want='root yes /' ;;
		*) want="$user yes empty" ;;
		esac
		[ "$who $mode $root" = "$want" ] || bad=1
	done <"$work/processes"
	[ "$(wc -l <"$work/processes")" -eq 6 ] || bad=1
	return $bad
}

# Loads a module, which stays, if the kernel lacks what it gives.
module() { # NAME COMMAND ...
	m=$1
	shift
	"$@" >/dev/null 2>&1 || kldload -n "$m"
}

enter_demo() {
	[ "$(sysctl -n kern.features.vimage 2>/dev/null)" = 1 ] ||
	    die 76 'this kernel has no vnet jails'
	module if_epair has_epair ||
	    die 76 'this kernel has no epair(4)'
	module ip_mroute sysctl -N net.inet.ip.viftable ||
	    die 76 'this kernel has no IPv4 multicast routing'
	demo
}

has_epair() {
	ifconfig -C | grep -qw epair
}

inside() {
	false
}
