#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The demonstration at the beginning of README: what it prints, and that it
# leaves nothing behind.

# The demonstration compiles the whole tree, maybe beside other work.
PATIENCE=${PATIENCE:-600}
CASE_TIMEOUT=1800

. "$(atf_get_srcdir)/lib.sh"

SERVICES=${SERVICES:-$SRCDIR/../../../etc}

# Runs the demo in a session of its own, as in a terminal.
_demo()
{
	need python3 unshare bmake cc
	(cd "$SERVICES/.." && find . | sort) >tree
	: >out
	# Builds from a fresh copy of the sources.
	env -u CC -u COPTS -u LDFLAGS python3 -c 'import os, signal, sys
os.setsid()
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' sh "$SERVICES/setup.sh" demo \
	    >out 2>&1 </dev/null &
	demo=$!
	note_pid "$demo"
	echo "$demo" >session
}

_ended() # STATUS
{
	local status=0

	wait_for gone "$demo" || fail "it does not end: $(cat out)"
	wait "$demo" || status=$?
	[ $status -eq "$1" ] || fail "status $status, not $1: $(cat out)"
}

# What the demo may leave behind: processes, files and mounts.  Its namespaces
# have no names in this one, and end with the last process.
_nothing_left()
{
	_alone() { [ -z "$(_session)" ]; }
	wait_for _alone || fail "it has left processes: $(_session)"
	(cd "$SERVICES/.." && find . | sort) | cmp -s - tree ||
		fail "it has changed the tree"
	[ ! -e /run/demo ] || fail "it has left /run/demo"
	! grep -w demo /proc/self/mountinfo || fail "it has left a mount"
}

cleanup_more()
{
	local demo p

	demo=$(cat session)
	for p in $(_session | cut -d' ' -f1); do
		kill -9 "$p"
	done
}

_session()
{
	local p

	for p in /proc/[0-9]*; do
		sed -n "s/^\([0-9]*\) (\(.*\)) [^ZX] [0-9]* [0-9]* $demo .*/\1 \2/p" \
		    "$p/stat"
	done 2>/dev/null
}

case_one demo "every stream arrives, and README shows what it prints"
demo()
{
	local readme="$SERVICES/../README"

	need_linux "/proc"
	_demo
	_ended 0
	[ "$(tail -n 1 out)" = "Every stream arrived complete where it \
should, and nowhere else." ] || fail "its end: $(cat out)"
	[ "$(grep -c ' ok$' out)" -ge 6 ] || fail "the table: $(cat out)"
	# Ignore warnings.
	! grep -E '^smcroute[a-z]*: | WRONG\$|NOT joined' out || fail "it complains: $(cat out)"
	_nothing_left
	[ -e /proc/net/ip6_mr_vif ] || return 0
	# Process IDs differ.  README gives only a description of what follows
	# the dollar.
	sed '/^\$/,$d' out | _comparable >have
	sed -n '/^    building$/,/^then the routes/p' "$readme" |
	    sed '$d; s/^    //' | _comparable >want
	diff want have || fail "README shows something else"
	grep -q "^    $(tail -n 1 out)\$" "$readme" || fail "README: the end"
}

_comparable()
{
	sed "s/  *[0-9][0-9]* \(root\|_smcroute\)/ PID \1/" | sed '/^$/d'
}

case_one interrupted "^C ends it at once, and nothing stays"
interrupted()
{
	local when

	for when in '^building' '^mroute from wan group ff05::77:300'; do
		_demo
		# it is built before
		must_come grep -q "$when" out
		kill -INT "-$demo"
		_ended 130
		_nothing_left
	done
}

# The signal comes before the script can note the number of the process.
case_one interrupted_start "^C at the start of a process leaves none, too"
interrupted_start()
{
	mkdir -p src/regress
	(cd "$SERVICES/.." && tar cf - Makefile Makefile.inc common smcrouted \
	    smcroutectl man etc regress/net) | (cd src && tar xf -)
	SERVICES=$W/src/etc
	sed 's/^[[:space:]]*counters=.*\$!"$/kill -INT $$; &/' "$SERVICES/demo.sh" >new
	! cmp -s new "$SERVICES/demo.sh" || fail "demo.sh is another"
	cp new "$SERVICES/demo.sh"
	_demo
	_ended 130
	_nothing_left
}

# Makes a machine without packages.  Its package manager is a script that notes
# what it is asked to install.
_bare_machine() # SYSTEM MANAGER
{
	local p

	rm -rf bin
	mkdir bin
	for p in awk cat chmod dirname env find grep head id mkdir mktemp rm sed sh \
	    sort tail tee tr; do
		ln -s "$(command -v $p)" bin/$p
	done
	printf '#!/bin/sh\necho %s\n' "$1" >bin/uname
	# No program is there until the script has installed it, then all are.
	cat >"bin/$2" <<-EOF
		#!$W/bin/sh
		echo "\$@" >>$W/asked
		case " \$* " in
		*" gcc "* | *" libevent "*) ;;
		*)	exit ;;
		esac
		for p in bmake cc ip mount unshare; do
			printf '#!/bin/sh\nexit 0\n' >$W/bin/\$p
			chmod 755 $W/bin/\$p
		done
	EOF
	# OpenBSD has in its base all that is required.
	[ "$1" != OpenBSD ] || { printf '#!/bin/sh\n' >bin/cc; }
	chmod 755 bin/*
}

case_one packages "each package manager is asked for what is missing"
packages()
{
	local os pm must may n

	need_linux "namespaces"
	need unshare
	# Programs of /usr/sbin and the like must not be found.
	cat >bare.sh <<-EOF
		for d in /usr/local/sbin /usr/sbin /sbin; do
			[ ! -d \$d ] || [ -L \$d ] ||
				/bin/mount --bind $W/none \$d || exit 99
		done
		PATH=$W/bin exec $W/bin/sh "$SERVICES/setup.sh" deps
	EOF
	mkdir none
	while read -r os pm must; do
		_bare_machine "$os" "$pm"
		: >asked
		unshare -m sh bare.sh >out 2>&1 </dev/null ||
			fail "$pm: $(cat out)"
		read -r may <&3
		for p in $must $may; do
			grep -Eq "(^| )$p( |\$)" asked ||
				fail "$pm: not asked for $p: $(cat asked)"
		done
		# The packages that are required are asked for at once, each of
		# the others by itself.
		n=$(echo "$may" | wc -w)
		[ "$must" = -I ] || n=$((n + 1))
		[ "$(grep -c . asked)" -eq "$n" ] ||
			fail "$pm: $(cat asked)"
	done <<-EOF 3<<-EOF2
		Linux apt-get install gcc libc6-dev bmake libevent-dev libbsd-dev \
		    libcap-dev libseccomp-dev iproute2 util-linux mount
		Linux dnf install gcc glibc-devel bmake libevent-devel libbsd-devel \
		    libcap-devel libseccomp-devel iproute util-linux
		Linux apk add gcc musl-dev linux-headers bmake libevent-dev \
		    libbsd-dev libcap-dev libseccomp-dev iproute2 util-linux
		FreeBSD pkg install libevent
		NetBSD pkgin -y install libevent
		OpenBSD pkg_add -I
	EOF
		kyua atf-sh mandoc strace busybox systemd procps python3 \
		    cppcheck valgrind frama-c-base clang libclang-rt-dev
		kyua /usr/bin/atf-sh mandoc strace busybox systemd procps-ng \
		    python3 cppcheck valgrind clang compiler-rt
		kyua atf mandoc strace procps python3 cppcheck valgrind clang \
		    compiler-rt
		kyua atf python3 cppcheck
		kyua atf cppcheck
		kyua atf python%3 cppcheck
	EOF2
}
