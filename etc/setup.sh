#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Quick start: packages, a demonstration, the test-suite.  See README.

set -u
umask 022
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH

self=$0
user=_smcroute
os=$(uname -s)
top=

die() {
	code=$1
	shift
	printf 'setup.sh: %s\n' "$*" >&2
	exit "$code"
}

usage() {
	cat >&2 <<'END'
usage: sh etc/setup.sh deps | demo | test | bench

deps  install the packages that are missing for building and testing
demo  build, and route multicast in throw-away network namespaces
test  build, and run the test-suite
bench build, and run the benchmarks

Root must run them.
END
	exit 64
}

# Packages.

# A row: the purpose, the command or header to look for, and the packages that
# have it, for apt-get, dnf, apk, pkg and pkg_add.  "-": no package is needed.
needs() {
	cat <<'END'
build | cc                 | gcc libc6-dev | gcc glibc-devel | gcc musl-dev linux-headers | - | -
build | bmake              | bmake         | bmake           | bmake       | -        | -
build | <event.h>          | libevent-dev  | libevent-devel  | libevent-dev | libevent | libevent
linux | <bsd/string.h>     | libbsd-dev    | libbsd-devel    | libbsd-dev  | -        | -
linux | <sys/capability.h> | libcap-dev    | libcap-devel    | libcap-dev  | -        | -
linux | <seccomp.h>        | libseccomp-dev | libseccomp-devel | libseccomp-dev | -        | -
linux | ip                 | iproute2      | iproute         | iproute2    | -        | -
linux | unshare            | util-linux    | util-linux      | util-linux  | -        | -
linux | mount              | mount         | util-linux      | util-linux  | -        | -
test  | kyua               | kyua          | kyua            | kyua        | kyua     | kyua
test  | atf-sh             | atf-sh        | /usr/bin/atf-sh | atf         | atf      | atf
test  | mandoc             | mandoc        | mandoc          | mandoc      | -        | -
test  | strace             | strace        | strace          | strace      | -        | -
test  | busybox            | busybox       | busybox         | -           | -        | -
test  | systemd-analyze    | systemd       | systemd         | -           | -        | -
test  | sysctl             | procps        | procps-ng       | procps      | -        | -
test  | python3            | python3       | python3         | python3     | python3  | python3
test  | cppcheck           | cppcheck      | cppcheck        | cppcheck    | cppcheck | cppcheck
test  | valgrind           | valgrind      | valgrind        | valgrind    | -        | -
test  | frama-c            | frama-c-base  | -               | -           | -        | -
test  | clang              | clang         | clang           | clang       | -        | -
test  | libFuzzer          | libclang-rt-dev | compiler-rt   | compiler-rt | -        | -
bench | python3            | python3       | python3         | python3     | -        | -
bench | sysctl             | procps        | procps-ng       | procps      | -        | -
bench | gnuplot            | gnuplot-nox   | gnuplot         | gnuplot     | -        | -
END
}

have() {
	case $1 in
	\<*)
		printf '#include %s\n' "$1" |
		    cc -I/usr/local/include -E - >/dev/null 2>&1
		;;
	ip)
		ip netns list >/dev/null 2>&1
		;;
	bmake)
		[ "$os" != Linux ] || command -v bmake >/dev/null
		;;
	libFuzzer)
		echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
		    clang -fsanitize=fuzzer,address -x c -o /dev/null - \
		    >/dev/null 2>&1
		;;
	*)
		command -v "$1" >/dev/null || [ -f "/usr/libexec/$1" ]
		;;
	esac
}

manager() {
	for pm in apt-get dnf apk pkg_add pkg; do
		command -v "$pm" >/dev/null && return
	done
	pm=none
}

# Runs a command, and shows its output only if it fails.
quietly() {
	if out=$("$@" 2>&1 </dev/null); then
		return 0
	fi
	printf '%s\n' "$out" >&2
	return 1
}

pm_install() {
	case $pm in
	apt-get)
		DEBIAN_FRONTEND=noninteractive
		export DEBIAN_FRONTEND
		apt-get -qq -y --no-install-recommends install "$@" \
		    >/dev/null 2>&1 </dev/null && return
		quietly apt-get -qq update
		quietly apt-get -qq -y --no-install-recommends install "$@"
		;;
	dnf)
		quietly dnf -q -y install "$@"
		;;
	apk)
		quietly apk add --no-cache "$@"
		;;
	pkg)
		quietly env ASSUME_ALWAYS_YES=yes pkg install "$@"
		;;
	pkg_add)
		quietly pkg_add -I "$@"
		;;
	*)
		return 1
		;;
	esac
}

# Installs the packages that are missing for the purpose.  Those that only tests
# need are installed one by one, because a system may not have all of them.
deps() {
	manager
	missing=$(needs | while IFS='|' read -r for check apt dnf apk pkg pkg_add
	do
		# shellcheck disable=SC2086	# cuts blanks off
		set -- $for $check
		case $1 in
		linux)	[ "$os" = Linux ] || continue ;;
		test)	case $purpose in demo | bench) continue ;; esac ;;
		bench)	[ "$purpose" = bench ] || continue ;;
		esac
		have "$2" && continue
		case $pm in
		apt-get) names=$apt ;;
		pkg_add) names=$pkg_add ;;
		dnf)	names=$dnf ;;
		apk)	names=$apk ;;
		pkg)	names=$pkg ;;
		*)	names=- ;;
		esac
		# shellcheck disable=SC2086
		echo $1 $2 $names
	done)
	[ -n "$missing" ] || return 0

	must=$(echo "$missing" | awk '$1 != "test" && $3 != "-" {
		for (i = 3; i <= NF; i++) printf "%s ", $i }')
	may=$(echo "$missing" | awk '$1 == "test" && $3 != "-" { print $3 }')
	if [ -n "$must" ]; then
		echo "installing: $must"
		# shellcheck disable=SC2086
		pm_install $must ||
		    die 69 "$pm could not install: $must"
	fi
	for p in $may; do
		echo "installing: $p"
		pm_install "$p" 2>/dev/null ||
		    echo "$pm has no $p; tests that need it are skipped"
	done

	left=$(echo "$missing" | while read -r for check names; do
		[ "$for" = test ] || have "$check" || echo " $check"
	done)
	# shellcheck disable=SC2086
	[ -z "$left" ] || die 69 "still missing:" $left
}

account() {
	id -u "$user" >/dev/null 2>&1 && return
	echo "creating user $user"
	case $os in
	FreeBSD)
		pw useradd -n "$user" -d /nonexistent -s /usr/sbin/nologin
		;;
	OpenBSD | NetBSD)
		useradd -g =uid -d /var/empty -s /sbin/nologin "$user"
		;;
	*)
		if ! command -v useradd >/dev/null; then
			grep -q "^$user:" /etc/group || addgroup -S "$user"
			adduser -S -D -H -h /nonexistent -s /sbin/nologin \
			    -G "$user" "$user"
		elif grep -q "^$user:" /etc/group; then
			useradd -r -M -d /nonexistent -s /usr/sbin/nologin \
			    -g "$user" "$user"
		else
			useradd -r -M -d /nonexistent -s /usr/sbin/nologin \
			    -U "$user"
		fi
		;;
	esac || die 71 "cannot create user $user"
}

# The test-suite.

run_tests() {
	cd "$top" || exit 71
	case $os in
	Linux) make='bmake' ;;
	*) make='make' ;;
	esac
	tmp=$(mktemp -d) || exit 71
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'rm -rf "$tmp"' EXIT
	{
		$make test 2>&1
		echo $? >"$tmp/code"
	} | tee "$tmp/log"
	code=$(cat "$tmp/code")
	# If a test fails, make prints an error after the count of tests.  Print
	# the count again, so that it is the last line.
	count='^[0-9]* passed, [0-9]* failed, [0-9]* skipped$'
	if ! tail -n 1 "$tmp/log" | grep -q "$count"; then
		grep "$count" "$tmp/log" | tail -n 1 >"$tmp/count"
		[ -s "$tmp/count" ] ||
		    echo '0 passed, 1 failed, 0 skipped' >"$tmp/count"
		[ "$code" != 0 ] || code=1
		cat "$tmp/count"
	fi
	exit "$code"
}

# The demonstration.

# The kernel queues 4 packets of a new flow, so at this rate the daemon has a
# tenth of a second to answer.
packets=100	# of each stream
rate=40		# a second
s4=10.77.0.2
s6=2001:db8:77::2
lans='lan1 lan2 lan3'
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

# Makes a cable: namespace and interface of one end, then of the other.
cable() {
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3" &&
	    ip -n "$1" link set "$2" up && ip -n "$3" link set "$4" up
}

# Switches unicast forwarding on, as on any router.  smcrouted does not need it.
forwarding() {
	# shellcheck disable=SC2016	# for the inner shell
	ip netns exec router sh -c 'for f; do echo 1 >"$f"; done' sh \
	    /proc/sys/net/ipv4/ip_forward \
	    /proc/sys/net/ipv6/conf/all/forwarding 2>/dev/null
}

topology() {
	for ns in sender router $lans; do
		ip netns add "$ns" && ip -n "$ns" link set lo up || return
	done
	forwarding
	net=0
	for host in sender $lans; do
		port=$host
		[ "$host" = sender ] && port=wan
		cable router "$port" "$host" eth0 &&
		    ip -n router addr add "10.77.$net.1/24" dev "$port" &&
		    ip -n "$host" addr add "10.77.$net.2/24" dev eth0 &&
		    ip -n "$host" route add default via "10.77.$net.1" || return
		if [ "$v6" = yes ]; then
			a=2001:db8:77
			[ "$net" = 0 ] || a=$a:$net
			ip -n router addr add "$a::1/64" dev "$port" nodad &&
			    ip -n "$host" addr add "$a::2/64" dev eth0 nodad ||
			    return
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

gone() {
	[ ! -e "/proc/$1" ] || grep -q "^State:.*Z" "/proc/$1/status" 2>/dev/null
}

# Ends a process that this script has started, and returns its exit code.
end() {
	kill "$1" 2>/dev/null
	(until_true gone "$1" || kill -9 "$1")
	wait "$1"
}

cleanup() {
	trap '' HUP INT TERM
	# a signal may come before a variable has the number of a process
	jobs -p >"$work/jobs"
	while read -r p; do
		end "$p"
	done <"$work/jobs"
	for ns in sender router $lans; do
		[ -e "/run/netns/$ns" ] && ip netns del "$ns"
	done
	cd /
	rm -rf "$work"
}

# Runs make in the background, so that this script obeys a signal at once.
make_it() {
	bmake PREFIX="$work" RUNDIR="$work" SYSCONFDIR="$work" \
	    SMCROUTE_USER="$user" "$@" >"$work/build.log" 2>&1 </dev/null &
	if ! wait $!; then
		cat "$work/build.log" >&2
		return 1
	fi
}

build() {
	mkdir "$work/src" "$work/bin" && cd "$work/src" &&
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
		quietly cc -O2 -D_GNU_SOURCE -o "$work/$tool" $tool.c ether.c \
		    link_linux.c || return
	done
}

started() {
	[ -s "$work/smcroute.pid" ] || gone "$daemon"
}

start() {
	config | families >"$work/smcroute.conf"
	ip netns exec router "$work/sbin/smcrouted" -n >"$work/log" 2>&1 \
	    </dev/null &
	daemon=$!
	until_true started
	[ -s "$work/smcroute.pid" ] && return
	cat "$work/log" >&2
	return 1
}

# Sends all streams at the same time, and counts packets at each receiver.
count() {
	for lan in $lans; do
		"$work/mccount" -n "$lan" -p router "eth0:$lan" \
		    >"$work/$lan" 2>"$work/$lan.err" </dev/null &
		counters="$counters $!"
	done
	for lan in $lans; do
		until_true grep -q ready "$work/$lan" || return
	done
	while read -r src grp _; do
		"$work/mcsend" -n sender -c $packets -r $rate eth0 "$src" \
		    "$grp" >/dev/null </dev/null &
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
		if ip -n router maddr show dev "$iif" | grep -Fqw "$grp"; then
			echo "joined on $iif: $grp"
		else
			echo "NOT joined on $iif: $grp"
			bad=1
		fi
	done <<END
$(awk '$1 == "mgroup" { print $3, $5 }' "$work/smcroute.conf")
END
	return $bad
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

show() {
	for what in routes groups interfaces; do
		echo
		echo "\$ smcroutectl -d show $what"
		"$work/sbin/smcroutectl" -d show $what || return
	done
}

private_tmpfs() {
	mount -t tmpfs -o mode=755 demo "$1" ||
	    die 77 "cannot mount a private $1"
}

# Runs in a mount namespace of its own: what happens in /run stays there.
demo_inside() {
	mount --make-rprivate / || die 77 'cannot make mounts private'
	private_tmpfs /run
	[ "$(cd /var/run && pwd -P)" = /run ] || private_tmpfs /var/run
	work=/run/demo
	mkdir $work
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap cleanup EXIT

	v6=no
	[ -e /proc/net/ip6_mr_vif ] && v6=yes
	streams | families >$work/streams
	[ $v6 = yes ] || echo 'this kernel has no IPv6 multicast routing'

	echo 'building'
	build || die 70 'it does not build'
	echo 'laying cables: sender -- router -- lan1, lan2, lan3'
	topology || die 71 'cannot make network namespaces'
	echo 'starting smcrouted in the router, with this smcroute.conf:'
	start || die 70 'the daemon did not start'
	echo
	cat $work/smcroute.conf
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
		[ ! -e $work/smcroute.$f ] || failed="$failed smcroute.$f"
	done
	if [ -n "$failed" ]; then
		cat $work/log >&2
		die 1 "not as it should be:$failed"
	fi
	echo 'Every stream arrived complete where it should, and nowhere else.'
}

demo() {
	[ "$os" = Linux ] ||
	    die 69 'the demonstration needs network namespaces (Linux)'
	[ -e /proc/net/ip_mr_vif ] ||
	    die 76 'this kernel has no IPv4 multicast routing'
	unshare -m true || die 77 'cannot make a mount namespace'
	# unshare(1) and the shell keep our process ID.
	SMCROUTE_DEMO="$$ $(readlink /proc/self/ns/mnt)"
	export SMCROUTE_DEMO
	exec unshare -m -- sh "$self" demo
}

# True in the mount namespace that demo() has made.
inside() {
	[ "${SMCROUTE_DEMO%% *}" = $$ ] &&
	    [ "${SMCROUTE_DEMO#* }" != "$(readlink /proc/self/ns/mnt)" ]
}

[ $# = 1 ] || usage
purpose=$1
case $purpose in
deps | demo | test | bench) ;;
*) usage ;;
esac
[ "$(id -u)" = 0 ] || die 77 "$purpose must be run by root"
top=$(cd "$(dirname "$0")/.." && pwd) || exit 71

if [ "$purpose" = demo ] && [ -n "${SMCROUTE_DEMO:-}" ] && inside; then
	demo_inside
	exit
fi
deps
[ "$purpose" = deps ] && exit
account
case $purpose in
demo) demo ;;
test) run_tests ;;
bench) exec sh "$top/regress/bench/run" ;;
esac
