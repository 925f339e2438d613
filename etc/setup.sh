#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Quick start: packages, a demonstration, the test-suite.  See README.

set -u
umask 022
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH

# shellcheck disable=SC2034	# for demo_linux.sh
self=$0
user=_smcroute
os=$(uname -s)
top=
make='make'
[ "$os" != Linux ] || make='bmake'

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
demo  build, and route multicast in throw-away network namespaces or jails
test  build, and run the test-suite
bench build, and run the benchmarks

Root must run them.
END
	exit 64
}

# Packages.

# A row: the purpose, the command or header to look for, and the packages that
# have it, for apt-get, dnf, apk, pkg, pkgin and pkg_add.  "-": no package is
# needed, or there is none.
needs() {
	cat <<'END'
build | cc                 | gcc libc6-dev | gcc glibc-devel | gcc musl-dev linux-headers | -        | -        | -
build | bmake              | bmake         | bmake           | bmake       | -        | -        | -
build | <event.h>          | libevent-dev  | libevent-devel  | libevent-dev | libevent | libevent | -
linux | <bsd/string.h>     | libbsd-dev    | libbsd-devel    | libbsd-dev  | -        | -        | -
linux | <sys/capability.h> | libcap-dev    | libcap-devel    | libcap-dev  | -        | -        | -
linux | <seccomp.h>        | libseccomp-dev | libseccomp-devel | libseccomp-dev | -        | -        | -
linux | ip                 | iproute2      | iproute         | iproute2    | -        | -        | -
linux | unshare            | util-linux    | util-linux      | util-linux  | -        | -        | -
linux | mount              | mount         | util-linux      | util-linux  | -        | -        | -
test  | kyua               | kyua          | kyua            | kyua        | kyua     | kyua     | kyua
test  | atf-sh             | atf-sh        | /usr/bin/atf-sh | atf         | atf      | atf      | atf
test  | mandoc             | mandoc        | mandoc          | mandoc      | -        | -        | -
test  | strace             | strace        | strace          | strace      | -        | -        | -
test  | busybox            | busybox       | busybox         | -           | -        | -        | -
test  | systemd-analyze    | systemd       | systemd         | -           | -        | -        | -
test  | sysctl             | procps        | procps-ng       | procps      | -        | -        | -
test  | python3            | python3       | python3         | python3     | python3  | -        | python%3
test  | cppcheck           | cppcheck      | cppcheck        | cppcheck    | cppcheck | cppcheck | cppcheck
test  | valgrind           | valgrind      | valgrind        | valgrind    | -        | -        | -
test  | frama-c            | frama-c-base  | -               | -           | -        | -        | -
test  | clang              | clang         | clang           | clang       | -        | -        | -
test  | libFuzzer          | libclang-rt-dev | compiler-rt     | compiler-rt | -        | -        | -
bench | python3            | python3       | python3         | python3     | -        | -        | -
bench | sysctl             | procps        | procps-ng       | procps      | -        | -        | -
bench | gnuplot            | gnuplot-nox   | gnuplot         | gnuplot     | -        | -        | -
END
}

have() {
	case $1 in
	\<*)
		printf '#include %s\n' "$1" |
		    cc -I/usr/local/include -I/usr/pkg/include -E - \
		    >/dev/null 2>&1
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
	case $os in
	FreeBSD) set -- pkg ;;
	NetBSD)	set -- pkgin ;;
	OpenBSD) set -- pkg_add ;;
	*)	set -- apt-get dnf apk ;;
	esac
	for pm; do
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
	pkgin)
		quietly pkgin -y install "$@"
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
	missing=$(needs | while IFS='|' read -r for check apt dnf apk pkg pkgin pkg_add
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
		pkgin)	names=$pkgin ;;
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

[ $# = 1 ] || usage
purpose=$1
case $purpose in
deps | demo | test | bench) ;;
*) usage ;;
esac
[ "$(id -u)" = 0 ] || die 77 "$purpose must be run by root"
top=$(cd "$(dirname "$0")/.." && pwd) || exit 71

if [ "$purpose" = demo ]; then
	case $os in
	Linux | FreeBSD) ;;
	*) die 69 'the demonstration needs Linux or FreeBSD' ;;
	esac
	# shellcheck source=/dev/null
	. "$top/etc/demo.sh"
	# shellcheck source=/dev/null
	. "$top/etc/demo_$(echo "$os" | tr '[:upper:]' '[:lower:]').sh"
	if inside; then
		demo_inside
		exit
	fi
fi
[ -n "${DEMO_BUILT:-}" ] || deps
[ "$purpose" = deps ] && exit
account
case $purpose in
demo) enter_demo ;;
test) run_tests ;;
bench) exec sh "$top/regress/bench/run" ;;
esac
