# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# What the demonstration does on Linux: network namespaces, veth pairs, /proc.

# shellcheck shell=sh
# shellcheck disable=SC2034	# variables of demo.sh
# shellcheck disable=SC2154

world=
in_router='ip netns exec router'
places='network namespaces'
link='link_linux.c'

has_v6() {
	[ -e /proc/net/ip6_mr_vif ]
}

place() {
	ip netns add "$1" && ip -n "$1" link set lo up
}

remove_places() {
	for place in $hosts router; do
		[ -e "/run/netns/$place" ] && ip netns del "$place"
	done
}

# Makes a cable: namespace and interface of one end, then of the other.
cable() {
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3" &&
	    ip -n "$1" link set "$2" up && ip -n "$3" link set "$4" up
}

address() { # NAMESPACE IF ADDRESS/LEN
	case $3 in
	*:*)	ip -n "$1" addr add "$3" dev "$2" nodad ;;
	*)	ip -n "$1" addr add "$3" dev "$2" ;;
	esac
}

default_route() { # NAMESPACE GATEWAY
	ip -n "$1" route add default via "$2"
}

# Switches unicast forwarding on, as on any router.  smcrouted does not need it.
forwarding() {
	# shellcheck disable=SC2016	# for the inner shell
	ip netns exec router sh -c 'for f; do echo 1 >"$f"; done' sh \
	    /proc/sys/net/ipv4/ip_forward \
	    /proc/sys/net/ipv6/conf/all/forwarding 2>/dev/null
}

memberships() { # IF
	ip -n router maddr show dev "$1"
}

gone() {
	[ ! -e "/proc/$1" ] || grep -q "^State:.*Z" "/proc/$1/status" 2>/dev/null
}

# The daemon's processes, with what they may do, from /proc.
privileges() {
	cat /proc/[0-9]*/status 2>/dev/null | awk -v top="$daemon" '
	$1 == "Name:" { name = $2 }
	$1 == "Pid:" { pid = $2; names[pid] = name; order[n++] = pid }
	$1 == "PPid:" { parent[pid] = $2 }
	$1 == "Uid:" { uids[pid] = $2 "/" $3 "/" $4 }
	$1 ~ /^Cap(Inh|Prm|Eff|Bnd|Amb):/ {
		sub(/^0+/, "", $2)
		caps[pid] = caps[pid] " " ($2 == "" ? "0" : $2)
	}
	$1 == "NoNewPrivs:" { nnp[pid] = $2 }
	END {
		for (i = 0; i < n; i++) {
			p = order[i]
			depth = 0
			for (q = p; q > 1 && q != top; q = parent[q])
				depth++
			if (q == top)
				print depth, p, names[p], parent[p], uids[p] caps[p],
				    nnp[p]
		}
	}' | sort -k 1,1 -k 3,3 >"$work/processes"
	bad=0
	fmt='%-17s %6s %-9s %6s %6s %10s  %s\n'
	# shellcheck disable=SC2059
	printf "$fmt" process pid user CapEff CapBnd NoNewPrivs root
	uid=$(id -u "$user")
	while read -r _ p name ppid uids inh prm eff bnd amb nnp; do
		[ "$ppid" != "$daemon" ] || name="$name's nursery"
		case $uids in
		0/0/0) who=root ;;
		"$uid/$uid/$uid") who=$user ;;
		*) who=$uids ;;
		esac
		root=$(readlink "/proc/$p/root")
		[ -n "$(find "/proc/$p/root/" ! -path "/proc/$p/root/" \
		    -print -prune 2>/dev/null | head -n 1)" ] ||
		    root=empty
		# shellcheck disable=SC2059
		printf "$fmt" "$name" "$p" "$who" "$eff" "$bnd" "$nnp" "$root"
		[ "$inh$prm$eff$bnd$amb$nnp" = 000001 ] || bad=1
		case $name in
		smcrouted | reader*) ;;
		*) [ "$who $root" = "$user empty" ] || bad=1 ;;
		esac
	done <"$work/processes"
	[ "$(wc -l <"$work/processes")" = 6 ] || bad=1
	return $bad
}

private_tmpfs() {
	mount -t tmpfs -o mode=755 demo "$1" ||
	    die 77 "cannot mount a private $1"
}

make_work() {
	work=/run/demo
	mkdir $work
}

enter_demo() {
	[ -e /proc/net/ip_mr_vif ] ||
	    die 76 'this kernel has no IPv4 multicast routing'
	unshare -m true || die 77 'cannot make a mount namespace'
	# unshare(1) and the shell keep our process ID.
	SMCROUTE_DEMO="$$ $(readlink /proc/self/ns/mnt)"
	export SMCROUTE_DEMO
	exec unshare -m -- sh "$self" demo
}

# True in the mount namespace that enter_demo() has made.
inside() {
	[ -n "${SMCROUTE_DEMO:-}" ] && [ "${SMCROUTE_DEMO%% *}" = $$ ] &&
	    [ "${SMCROUTE_DEMO#* }" != "$(readlink /proc/self/ns/mnt)" ]
}

# Runs in a mount namespace of its own: what happens in /run stays there.
demo_inside() {
	mount --make-rprivate / || die 77 'cannot make mounts private'
	private_tmpfs /run
	[ "$(cd /var/run && pwd -P)" = /run ] || private_tmpfs /var/run
	demo
}
