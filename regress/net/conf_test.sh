#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The check of a configuration with -F, and which files the daemon reads.

. "$(atf_get_srcdir)/lib.sh"

check() # STATUS [FILE]
{
	local status=0

	$LIMIT "$SMCROUTED" -F "${2:-$W/$D.conf}" >out 2>err </dev/null || status=$?
	[ $status -eq "$1" ] || fail \
	    "-F: status $status, not $1: $(cat out err)"
}

# The error is reported with file, line and column.
names() # REGEX ...
{
	local r

	for r; do
		grep -Eq -- "$r" err || fail "no '$r' in: $(cat err)"
	done
}

case_both good "a good file is exit 0 without a word"
good()
{
	conf <<-EOF
		# Interfaces that do not exist are no error.
		phyint eth0 enable ttl-threshold 3
		phyint eth1 mrdisc disable
		mgroup from eth0 source $S1 group $GSSM
		mgroup from eth+ group $GFEW
		mroute from eth0 source $SNET group $GNET to eth1 eth2
		mroute from eth0 group $G1 to tun+
	EOF
	check 0
	[ ! -s err ] || fail "said: $(cat err)"
}

case_both bad "each error is named with file, line, column and word"
bad()
{
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 grup $G1 to r1
		  nonsense here
		mroute from r0 group $S1 to r1
		mroute from r0 group $G1
		phyint r0 ttl-threshold 256
		phyint r0 upstream
		mgroup from r0
		mroute from r0 source 10.0.0.1 group ff0e::1 to r1
		mroute from r0 group $G1/999 to r1
	EOF
	check 78
	for i in 2 3 4 5 6 7 8 9 10; do
		names "$D.conf:$i:[0-9]+: "
	done
	names "$D.conf:2:16: .*grup" "$D.conf:3:3: .*nonsense" "$S1" 256 \
	    upstream
	names "$D.conf:2:.*group"	# what it should have been
	! grep -q "$D.conf:1:" err || fail "line 1 is good: $(cat err)"
}

case_one no_file "a file that does not exist is exit 78"
no_file()
{
	check 78 "$W/nothing"
	names "$W/nothing"
}

case_one unprivileged "-F needs no root"
unprivileged()
{
	local status=0

	need_linux "namespaces"
	need setpriv
	scratch
	conf <<-EOF
		mroute from r0 grup 225.1.1.1 to r1
	EOF
	chmod 644 "$W/$D.conf"
	setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all \
	    --bounding-set=-all "$SMCROUTED" -F "$W/$D.conf" >out 2>err ||
	    status=$?
	[ $status -eq 78 ] || fail "status $status, not 78: $(cat err)"
	names "$D.conf:1:16: "
	echo "mroute from r0 group 225.1.1.1 to r1" >"$W/$D.conf"
	setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all \
	    --bounding-set=-all "$SMCROUTED" -F "$W/$D.conf" >out 2>err ||
	    fail "good file: $(cat err)"
}

case_one confined "-F parses in a process without rights, by root too"
confined()
{
	local pid

	need strace
	topology 0
	conf <<-EOF
		mroute from r0 group 225.1.1.1 to r1
	EOF
	# The parser must not open a file by name.
	strace -f -o trace -e trace=execve,?open,openat,chroot,capset,setresuid \
	    "$SMCROUTED" -F "$W/$D.conf" >out 2>err || fail "-F: $(cat err)"
	grep -q 'chroot(' trace || fail "nobody has left the file system"
	pid=$(awk '/open(at)?\(.*d\.conf/ { print $1; exit }' trace)
	[ -n "$pid" ] || fail "nobody has opened the file: $(cat trace)"
	! awk -v p="$pid" '$1 == p && /chroot/' trace | grep -q . ||
		fail "who opens the file is who parses it"
}

case_one no_kernel "-F needs no multicast routing in the kernel"
no_kernel()
{
	need_tool kernel_without
	topology 0
	conf <<-EOF
		mroute from r0 group 225.1.1.1 to r1
	EOF
	in_router "$TOOLS/kernel_without" v4,v6 "$SMCROUTED" -F "$W/$D.conf" \
	    >out 2>err || fail "-F: $(cat err)"
}

case_both beside "-F beside a running daemon disturbs nothing"
beside()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	echo "mroute from r0 grup $G1 to r1" >bad.conf
	in_router "$SMCROUTED" -F bad.conf >out 2>err && fail "good?"
	in_router "$SMCROUTED" -F $D.conf >out 2>err || fail "bad?"
	daemon_alive
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	ctl_ok add r0 $S1 $G2 r1
}

case_one includes "includes: sorted, nested, named in errors"
includes()
{
	mkdir conf.d deep
	conf <<-EOF
		include $W/conf.d/*.conf
		include $W/nothing/*.conf
		nonsense
	EOF
	echo "bbb" >conf.d/b.conf
	printf '\n\naaa\ninclude %s/deep/c\n' "$W" >conf.d/a.conf
	printf '\nccc\n' >deep/c
	echo "zzz" >conf.d/ignored
	check 78
	names "conf.d/b.conf:1:1: .*bbb" "conf.d/a.conf:3:1: .*aaa" \
	    "deep/c:2:1: .*ccc" "$D.conf:3:1: .*nonsense"
	! grep -q zzz err || fail "a file that does not match is read"
	[ "$(sed -En 's/.*:[0-9]*: .*(aaa|bbb).*/\1/p' err |
	    tr '\n' ' ')" = "aaa bbb " ] || fail "not sorted: $(cat err)"
}

case_one include_missing "an include of one file that is missing is an error"
include_missing()
{
	conf <<-EOF
		mroute from r0 group 225.1.1.1 to r1
		include $W/no.such.file
	EOF
	check 78
	names "$D.conf:2:" no.such.file
}

case_one include_place "lines and columns of an include are those of its line"
include_place()
{
	{
		printf '\357\273\277include %s/no.such\r\n' "$W"
		printf '%262144sinclude %s/never\n' '' "$W"
		printf '%0700000d\n\n include %s/other\n' 0 "$W"
	} | conf
	check 78
	names "$D.conf:1:9: .*no.such'" "$D.conf:2:1: line too long" \
	    "$D.conf:3:1: line too long" "$D.conf:5:10: .*other'"
	[ "$(wc -l <err)" -eq 4 ] || fail "$(cut -c 1-200 err)"
}

case_one include_long "an include of a path that is too long is an error"
include_long()
{
	{
		echo "mroute from r0 group 225.1.1.1 to r1"
		printf 'include %s/%01100d/*.conf\n' "$W" 7
	} | conf
	check 78
	names "$D.conf:2:9" 'name too long'
}

case_one include_cycle "a file that includes itself is named, not followed"
include_cycle()
{
	conf <<-EOF
		include $W/$D.conf
		mroute from r0 group 225.1.1.1 to r1
	EOF
	check 78
	names "/$D.conf:1:9: '$W/$D.conf': includes itself"
	echo "include $W/two" >one
	echo "include $W/one" >two
	check 78 "$W/one"
	names "/two:1:9: '$W/one': includes itself"
	# The daemon starts with the rest.
	topology 2
	start
	expect_learned r0 $S1 $G1 r1
}

case_one include_deep "includes go 16 deep"
include_deep()
{
	local i=0

	while [ $i -lt 30 ]; do
		echo "include $W/f$((i + 1))" >f$i
		i=$((i + 1))
	done
	: >f30
	check 78 "$W/f0"
	names "/f16:1:9: '$W/f17': .*more than 16 files deep"
	[ "$(wc -l <err)" -eq 1 ] || fail "more than one: $(cat err)"
	check 78 "$W/f13"
	check 0 "$W/f14"
}

case_one include_special "only regular files are read; nothing hangs"
include_special()
{
	mkfifo fifo
	mkdir dir
	for f in fifo dir; do
		echo "include $W/$f" | conf
		check 78
		names "/$D.conf:1:9: '$W/$f': not a regular file"
		check 78 "$W/$f"
		names "$W/$f: not a regular file"
	done
	for f in /dev/zero /dev/random; do
		echo "include $f" | conf
		check 78
		names $f
		check 78 $f
	done
	# Nor does a daemon that is running.
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	echo "include $W/fifo" >>$D.conf
	ctl_fails 1 fifo reload
	expect_mfc $S1 $G1 r0 r1
}

case_one many_files "300 files in a directory"
many_files()
{
	local i=100

	mkdir conf.d
	topology 2
	echo "include $W/conf.d/*.conf" | conf
	while [ $i -lt 400 ]; do
		echo "mroute from r0 source 10.1.2.$((i % 250 + 1)) \
group 225.2.2.$((i % 200)) to r1" >conf.d/$i.conf
		i=$((i + 1))
	done
	check 0
	start
	[ "$(mfc_count)" -eq 300 ] || fail "$(mfc_count) routes of 300"
}

# On a file system where a file can have the largest size.
case_one largest "a file as large as a file can be"
largest()
{
	local largest

	largest=$(mktemp /dev/shm/smcrouted.XXXXXX) &&
	    echo "$largest" >>files &&
	    truncate -s 9223372036854775807 "$largest" 2>err ||
	    atf_skip "no file of that size: $(cat err)"
	echo "include $largest" | conf
	check 78
	names "$D.conf:1:9: .*too large"
}

case_one large "a file of 20,000 lines and one of a very long line"
large()
{
	awk 'BEGIN {
		for (i = 0; i < 20000; i++)
			printf "mroute from r%d source 10.%d.%d.1 group " \
			    "225.1.1.1 to r1\n", i, i / 250, i % 250
	}' </dev/null | conf
	check 0
	echo "grup" >>$D.conf
	check 78
	names "$D.conf:20001:1:"
	awk 'BEGIN {
		printf "mroute from r0 group 225.1.1.1 to"
		for (i = 0; i < 20000; i++)
			printf " eth%d", i
		print ""
		print "grup"
	}' </dev/null | conf
	check 78
	names "$D.conf:2:1:"
	! grep -q "$D.conf:1:" err || fail "the long line: $(cut -c 1-200 err)"
}

case_one all_errors "each of 20,000 errors is printed"
all_errors()
{
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "grup" }' </dev/null |
	    conf
	check 78
	seq 20000 >want
	sed -n "s/.*$D\.conf:\([0-9]*\):1: .*/\1/p" err | cmp -s - want ||
		fail "$(grep -c . err) lines of $(wc -l <want)"
}

case_one many_warnings "an error after megabytes of warnings"
many_warnings()
{
	awk 'BEGIN {
		for (i = 0; i < 30000; i++)
			print "mroute from r0 group 224.0.0.251 to r0"
		print "grup"
	}' </dev/null | conf
	check 78
	names "$D.conf:30001:1:"
}

case_one bytes "bytes that are no text"
bytes()
{
	head -c 100000 /dev/urandom >$D.conf
	check 78
	printf 'mroute from r0 group 225.1.1.1 to r1\0\n' >$D.conf
	check 78
	head -c 3000000 /dev/zero >$D.conf
	check 78
	[ "$(wc -c <err)" -lt 100000 ] || fail "$(wc -c <err) bytes of errors"
	! LC_ALL=C grep -q "$(printf '[\001-\010\033\177]')" err ||
		fail "control characters in messages"
}

# Configuration files that people have published, and the errors in them.
case_one corpus "the files of the corpus"
corpus()
{
	local f want got status

	[ -d "${CORPUS:-/nonexistent}" ] || atf_skip "no corpus (CORPUS)"
	for f in "$CORPUS"/*.conf; do
		case ${f##*/} in
		11-*)	want=upstream ;;	# words of another daemon
		16-*)	want="65.?536" ;;		# joins 2^64 groups
		29-*)	want=igmp ;;		# invented syntax
		*)	want= ;;
		esac
		status=0
		"$SMCROUTED" -F "$f" >out 2>err </dev/null || status=$?
		if [ -z "$want" ]; then
			[ $status -eq 0 ] || fail "$f: $status: $(cat err)"
		else
			[ $status -eq 78 ] || fail "$f: $status, not 78"
			grep -Eq "$want" err || fail "$f: $(cat err)"
		fi
	done
}

case_one corpus_runs "... and the daemon comes up with each of them"
corpus_runs()
{
	local f

	[ -d "${CORPUS:-/nonexistent}" ] || atf_skip "no corpus (CORPUS)"
	topology 0
	for f in "$CORPUS"/*.conf; do
		cp "$f" $D.conf
		start
		ctl_status 0 show pending
		ctl_status 0 show groups
		ctl_status 0 show routes
		stop
	done
}

# A program on the router sends ten packets out of an interface that has the
# address SRC.
own_packets() # IF SRC GRP LOOP
{
	in_router python3 - "$@" <<-'EOF'
		import socket, sys
		ifname, src, grp, loop = sys.argv[1:]
		index = socket.if_nametoindex(ifname)
		if ":" in src:
		    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		    v6 = socket.IPPROTO_IPV6
		    s.setsockopt(v6, socket.IPV6_MULTICAST_HOPS, 8)
		    s.setsockopt(v6, socket.IPV6_MULTICAST_LOOP, int(loop))
		    s.setsockopt(v6, socket.IPV6_MULTICAST_IF, index)
		else:
		    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    v4 = socket.IPPROTO_IP
		    s.setsockopt(v4, socket.IP_MULTICAST_TTL, 8)
		    s.setsockopt(v4, socket.IP_MULTICAST_LOOP, int(loop))
		    s.setsockopt(v4, socket.IP_MULTICAST_IF,
			socket.inet_aton(src))
		s.bind((src, 0))
		for i in range(10):
		    s.sendto(b"x", (grp, 5000))
	EOF
}

has_forwarded() # SRC GRP N: exactly so many
{
	[ "$(kernel_mfc_packets "$R" "$FAM" "$1" "$2" "$TABLE")" -eq "$3" ]
}

case_both own "packets of the router itself go where the manual says"
own()
{
	need_linux "ip(8)"
	need python3
	topology 3
	if [ "$FAM" = 6 ]; then
		set -- nodad
	fi
	in_router ip addr add "$S1/${SNET#*/}" dev r0 "$@"
	in_router ip addr add "$X1/$BITS" dev lo "$@"
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from lo source $X1 group $G2 to r2
	EOF
	start
	own_packets r0 $S1 $G1 1
	own_packets r0 $S1 $G1 0
	[ "$FAM" = 6 ] || own_packets lo $X1 $G2 1
	must_come has_forwarded $S1 $G1 10
	[ "$FAM" = 6 ] || must_come has_forwarded $X1 $G2 20
}
