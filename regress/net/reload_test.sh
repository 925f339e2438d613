#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# Reload: the daemon changes only what differs, and no packet is lost.

. "$(atf_get_srcdir)/lib.sh"

# A route and a learned flow are in both configurations; all else differs.
_conf_a()
{
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mroute from r0 source $S2 group $G3 to r2
		mgroup from r0 group $G3
	EOF
}

_conf_b()
{
	conf <<-EOF
		mroute from r2 source $S3 group $G3 to r0
		mroute from r0 group $GNET to r2
		mroute from r0 group $G2 to r1 r3
		mroute from r0 source $S1 group $G1 to r3 r1
	EOF
}

case_both difference "what is new comes, what has gone goes, the rest stays"
difference()
{
	topology 4
	_conf_a
	start
	expect_learned r0 $S1 $G2 r1
	_conf_b
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1 r3
	expect_mfc $S1 $G2 r0 r1 r3	# learned, and still covered
	expect_mfc $S3 $G3 r2 r0
	expect_no_route $S2 $G3
	expect_stream r0 $S1 $G1 r1 r3
	expect_stream r0 $S1 $G2 r1 r3
	expect_stream r2 $S3 $G3 r0
	expect_stream r0 $S2 $G3
	expect_learned r0 $X1 $GIN1 r2
	_conf_a
	hup
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G2 r0 r1
	expect_mfc $S2 $G3 r0 r2
	expect_no_route $S3 $G3
	expect_no_route $X1 $GIN1
	expect_stream r0 $X1 $GIN1
}

# The two flows that are counted are the same as in the other configuration, and
# all else is different.  (A reload changes an entry in place, which the kernel
# does in more than one step: a window of some 5 ns was measured, and a longer
# one on a virtual CPU that is taken away meanwhile.)
_conf_around()
{
	conf <<-EOF
		mroute from r2 source $S3 group $G3 to r0
		mroute from r0 group $GNET to r2 r3
		mroute from r0 group $G2 to r1
		mroute from r0 source $S1 group $G1 to r1
	EOF
}

case_both traffic "reloads under 10,000 packets a second lose none"
traffic()
{
	local i=0

	topology 4
	_conf_a
	start
	expect_learned r0 $S1 $G2 r1
	count_start
	stream_start -r 10000 -G 2 r0 $S1 $G1	# both flows in turn
	while [ $i -lt 5 ]; do
		_conf_around
		ctl_ok reload
		ctl_ok reload
		_conf_a
		hup
		i=$((i + 1))
	done
	alive $stream_pid || fail "the stream ended early"
	stream_end
	[ "$sent" -gt 100 ] || fail "only $sent packets were sent"
	count_end r1="$sent"
}

case_both unchanged "a reload of unchanged lines asks nothing of the kernel"
unchanged()
{
	need strace
	topology 4
	_conf_a
	start
	expect_learned r0 $S1 $G2 r1
	expect_stopped r0 $S1 $GOUT
	_trace_start
	ctl_ok reload
	hup
	_trace_end
	[ ! -s trace ] || fail "system calls of a reload without changes:
$(cat trace)"
	# The trace does show such calls when there is something to change.
	_trace_start
	ctl_ok add r0 $S1 $GSSM r1
	_trace_end
	grep -q setsockopt trace || fail "the trace shows nothing"
	# One line more is one entry more.
	expect_mfc $S1 $GSSM r0 r1
	ctl_ok remove r0 $S1 $GSSM
	echo "mroute from r0 source $S3 group $GSSM to r1" >>$D.conf
	_trace_start
	ctl_ok reload
	_trace_end
	# strace may write one call as two lines: begun, and resumed
	[ "$(grep -vc resumed trace)" -eq 1 ] ||
	    fail "not one system call: $(cat trace)"
}

case_both reordered "... nor do the same lines in another order"
reordered()
{
	need strace
	topology 4
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $G2 to r1
		mroute from r0 group $G2 to r2
		mgroup from r0 group $G1
		mgroup from r0 group $G3
		mgroup from r0 source $S1 group $GSSM
	EOF
	start
	expect_learned r0 $S1 $G2 r1 r2
	conf <<-EOF
		# the same
		mgroup from r0 source $S1 group $GSSM
		mgroup from r0 group $G3
		mroute group $G2 from r0 to r2 r1
		mgroup from r0 group $G1
		mroute from r0 source $S1 group $G1 to r2
		mroute from r0 source $S1 group $G1 to r1
	EOF
	_trace_start
	ctl_ok reload
	_trace_end
	[ ! -s trace ] || fail "system calls: $(cat trace)"
	expect_mfc $S1 $G1 r0 r1 r2
	expect_mfc $S1 $G2 r0 r1 r2
}

# setsockopt of all processes of the daemon, in the file trace.
_trace_start()
{
	local args

	args=$(daemon_pids | sed 's/^/-p /')
	: >trace.err
	# shellcheck disable=SC2086
	strace -f -e trace=setsockopt -e signal=none -o trace.raw $args \
	    2>trace.err &
	trace_pid=$!
	note_pid $trace_pid
	must_come _traced "$(daemon_pids | wc -l)"
}

_traced() # N
{
	[ "$(grep -c ' attached' trace.err)" -ge "$1" ] && return
	alive $trace_pid ||
	    atf_skip "strace cannot attach: $(head -n 1 trace.err)"
	return 1
}

_trace_end()
{
	kill $trace_pid
	wait $trace_pid
	grep setsockopt trace.raw >trace
	:
}

case_both counters "entries that stay keep their packet counts"
counters()
{
	topology 4
	_conf_a
	start
	expect_learned r0 $S1 $G2 r1
	expect_stream r0 $S1 $G1 r1
	_conf_b
	ctl_ok reload
	[ "$(kernel_mfc_packets "$R" $FAM $S1 $G1)" -eq 100 ] ||
		fail "the static route counts anew"
	[ "$(kernel_mfc_packets "$R" $FAM $S1 $G2)" -ge 100 ] ||
		fail "the learned flow counts anew"
}

case_both runtime_ends "what smcroutectl added or removed ends with a reload"
runtime_ends()
{
	topology 4
	_conf_a
	start
	ctl_ok add r0 $S3 $G1 r2
	ctl_ok add r0 $GNET r2
	ctl_ok join r1 $G1
	ctl_ok add r0 $S1 $G1 r3
	ctl_ok remove r0 $G2
	expect_learned r0 $S1 $GIN1 r2
	expect_mfc $S1 $G1 r0 r1 r3
	ctl_ok reload
	expect_no_route $S3 $G1
	expect_no_route $S1 $GIN1
	expect_no_join r1 $G1
	expect_mfc $S1 $G1 r0 r1
	expect_learned r0 $S1 $G2 r1
}

case_one error_keeps "an error in the file leaves everything as it is"
error_keeps()
{
	topology 4
	_conf_a
	start
	expect_learned r0 $S1 $G2 r1
	ctl_ok add r0 $S3 $G1 r2
	mfc | sort >before
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r2
		mroute from r0 grup $G1 to r2
		mroute from r2 source $S1 group $G3 to r2
		mroute from r0 group $S1 to r2
	EOF
	ctl_fails 1 "$D.conf:2" reload
	grep -q "$D.conf:4" ctl.err || fail "line 4 is not named: $(cat ctl.err)"
	grep -q grup ctl.err || fail "the word is not named: $(cat ctl.err)"
	mfc | sort >after
	cmp -s before after || fail "changed: $(diff before after)"
	expect_stream r0 $S1 $G1 r1
	expect_stream r0 $S1 $G2 r1
	expect_stream r0 $S3 $G1 r2
	expect_join r0 $G3
	kill -HUP "$(daemon_pid)"
	must_come _logged_twice "$D.conf:2"
	mfc | sort >after
	cmp -s before after || fail "SIGHUP changed: $(diff before after)"
	# Without the error it works.
	_conf_b
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1 r3
}

_logged_twice() # REGEX
{
	[ "$(grep -c "$1" $D.log)" -ge 2 ]
}

case_one many_errors "a file of many errors: some, and how many more"
many_errors()
{
	local i=0

	topology 1
	: | conf
	start
	while [ $i -lt 250 ]; do
		echo "line$i"
		i=$((i + 1))
	done | conf
	ctl_fails 1 'and 150 more; .*-F' reload
	[ "$(grep -c "$D.conf:[0-9]*:1: " ctl.err)" -eq 100 ] ||
	    fail "not 100 errors: $(cat ctl.err)"
	# errors of an earlier load are not shown again
	echo "mroute from r0" | conf
	ctl_fails 1 "$D.conf:1:" reload
	[ "$(wc -l <ctl.err)" -eq 1 ] || fail "not one error: $(cat ctl.err)"
}

case_one start_skips "at the start lines in error are skipped, the rest is used"
start_skips()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 grup $G1 to r2
		phyint r0 upstream
		nonsense
		mroute from r0 source $S1 group
		mroute from r0 group $G2 to r2
	EOF
	start
	expect_mfc $S1 $G1 r0 r1
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S1 $G2 r2
	for i in 2 3 4 5; do
		log_has "$D.conf:$i" || fail "line $i is not in the log"
	done
	! log_has "$D.conf:[16]" || fail "a good line is in the log"
}

case_one file_gone "a reload without the file keeps the routes"
file_gone()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	rm $D.conf
	ctl_fails 1 "$D.conf" reload
	expect_mfc $S1 $G1 r0 r1
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r2
	EOF
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r2
}

case_one dropin "files of an include come and go with a reload"
dropin()
{
	topology 4
	mkdir conf.d
	conf <<-EOF
		include $W/conf.d/*.conf
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start
	expect_mfc $S1 $G1 r0 r1
	echo "mroute from r0 source $S1 group $G1 to r2" >conf.d/b.conf
	echo "mroute from r0 group $G2 to r3" >conf.d/a.conf
	echo "nonsense" >conf.d/ignored.txt
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1 r2
	expect_learned r0 $S1 $G2 r3
	echo "nonsense" >conf.d/c.conf
	rm conf.d/b.conf
	ctl_fails 1 "conf.d/c.conf:1" reload
	expect_mfc $S1 $G1 r0 r1 r2
	rm conf.d/c.conf
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1
}

case_one include_relative "an include without a path is looked for beside the file"
include_relative()
{
	topology 2
	mkdir conf.d
	conf <<-EOF
		include conf.d/*.conf
	EOF
	echo "mroute from r0 source $S1 group $G1 to r1" >conf.d/a.conf
	start
	expect_mfc $S1 $G1 r0 r1
}

# An include that should not be followed is an error that names its line, found
# soon and in little memory.  The routes stay, and a start skips the line.
_refuses() # REGEX
{
	local engine parent

	sanitized || engine=$(most_memory "$(role engine)")
	sanitized || parent=$(most_memory "$(daemon_pid)")
	victim=$(role engine)
	ctl_fails 1 "$1" reload
	daemon_alive
	[ "$(role engine)" = "$victim" ] || fail "another engine"
	sanitized || _has_grown engine "$victim" "$engine"
	sanitized || _has_grown parent "$(daemon_pid)" "$parent"
	expect_mfc $S1 $G1 r0 r1
	expect_learned r0 $S2 $G2 r1
	stop
	: >"$D.log"
	start
	log_has "$1" || fail "no '$1' in the log: $(cut -c 1-300 "$D.log")"
	expect_mfc $S1 $G1 r0 r1
	stop
}

_has_grown() # NAME PID FROM: but by less than 32 MiB
{
	[ "$(most_memory "$2")" -lt $(($3 + 32768)) ] ||
	    fail "$1 has had $(most_memory "$2") KiB, from $3"
}

_base()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
	EOF
	start
}

case_one include_bomb "files that include each other 6^14 times"
include_bomb()
{
	local i=1

	_base
	while [ $i -le 14 ]; do
		yes "include b$((i + 1))" | head -n 6 >b$i
		i=$((i + 1))
	done
	echo "# end" >b15
	echo "include b1" >>"$D.conf"
	_refuses '/b[0-9]+:[1-6]:9: .*too many files'
}

case_one include_many "a pattern that 999 files match, and one of 2,500"
include_many()
{
	mkdir conf.d
	_base
	(cd conf.d && seq -f %g.conf 999 | xargs touch)
	echo "include $W/conf.d/*.conf" >>"$D.conf"
	ctl_ok reload
	(cd conf.d && seq -f %g.conf 2500 | xargs touch)
	_refuses "$D.conf:3:9: .*too many files"
}

case_one include_large "a file of 3 GiB"
include_large()
{
	_base
	truncate -s 3G big
	echo "include big" >>"$D.conf"
	_refuses "$D.conf:3:9: .*big'?: .*too large"
}

case_one include_long "lines of 262,143 bytes, of one more, and of 100 million"
include_long()
{
	local max=262143

	_base
	{ printf "#%$((max - 1))s\n" ''; printf "#%$((max - 1))s" ''; } >long
	echo "include long" >>"$D.conf"
	ctl_ok reload
	printf 'x\n' >>long
	ctl_fails 1 '/long:2:.*line too long' reload
	head -c 100000000 /dev/zero | tr '\0' x >long
	_refuses '/long:1:.*line too long'
}

# 200 files of 10 bad lines each, from 100.conf on.
_bad_files()
{
	mkdir conf.d
	awk -v d=conf.d 'BEGIN {
		for (i = 100; i < 300; i++) {
			f = d "/" i ".conf"
			for (k = 1; k <= 10; k++)
				print "nonsense-" i "-" k >f
			close(f)
		}
	}' </dev/null
	echo "include $W/conf.d/*.conf" >>"$D.conf"
}

# Each error must be printed once, in the order of files and lines.
_all_errors() # FILE
{
	sed -n 's/.*conf\.d\/\([0-9]*\)\.conf:\([0-9]*\):1: .*/\1 \2/p' "$1" >told
	awk 'BEGIN { for (i = 100; i < 300; i++)
		for (k = 1; k <= 10; k++)
			print i, k
	}' </dev/null >wanted
	cmp -s told wanted
}

case_one errors_of_many "errors in many files: all are told, nothing else happens"
errors_of_many()
{
	_base
	_bad_files
	: >"$D.log"
	victim=$(role engine)
	ctl_fails 1 'and 1900 more' reload
	must_come _all_errors "$D.log"
	[ "$(role engine)" = "$victim" ] || fail "another engine"
	expect_mfc $S1 $G1 r0 r1
	expect_learned r0 $S2 $G2 r1
	stop
	: >"$D.log"
	start
	must_come _all_errors "$D.log"
	expect_mfc $S1 $G1 r0 r1
	stop
	$LIMIT "$SMCROUTED" -F "$D.conf" >"$D.log" 2>&1
	[ $? -eq 78 ] || fail "-F ended otherwise: $(tail -n 1 "$D.log")"
	_all_errors "$D.log" || fail "-F told $(wc -l <told) errors"
}

# A pattern with 10^6 paths: it must be refused early, and without the memory
# for them.
case_one include_up "a pattern that goes down and up again"
include_up()
{
	local pattern='d/*/../*/../*/../*/../*/../*/..'

	mkdir d
	(cd d && seq -f "dir%g" 10 | xargs mkdir)
	_base
	echo "include $pattern" >>"$D.conf"
	_refuses "$D.conf:3:9: .*too many files"
}

case_one include_pattern "patterns for directories match as the shell's do"
include_pattern()
{
	mkdir -p d/a d/b d/.hidden d/c/x.conf
	_base
	_route_file d/a/x.conf 1
	_route_file d/b/x.conf 2
	_route_file d/b/y.conf 3
	_route_file d/.hidden/x.conf 4
	ln -s nowhere d/a/z.conf
	rmdir d/c/x.conf
	echo "include d/[ab]/x.conf" >>"$D.conf"
	echo "include d/*/none.conf" >>"$D.conf"
	echo "include d/*/../b/?.conf" >>"$D.conf"
	ctl_ok reload
	expect_mfc 10.5.5.1 $G1 r0 r1
	expect_mfc 10.5.5.2 $G1 r0 r1
	expect_mfc 10.5.5.3 $G1 r0 r1
	expect_no_mfc 10.5.5.4 $G1
	# a link whose target is missing exists
	echo "include d/a/*.conf" >>"$D.conf"
	ctl_fails 1 "$D.conf:6:9: .*z.conf" reload
}

_route_file() # FILE N
{
	echo "mroute from r0 source 10.5.5.$2 group $G1 to r1" >"$1"
}

case_one include_endless "a file of /proc that has no end, and says that it is empty"
include_endless()
{
	need_linux "/proc"
	topology 2
	{
		echo "mroute from r0 source $S1 group $G1 to r1"
		echo "include /proc/self/pagemap"
		echo "include /proc/version"
	} | conf
	$LIMIT "$SMCROUTED" -F "$D.conf" >out 2>&1
	[ $? -eq 78 ] || fail "-F ended otherwise: $(tail -n 1 out)"
	grep -q "$D.conf:2:9: .*not a regular file" out || fail "$(cat out)"
	start
	# each reader has a /proc/self of its own, which Landlock does not know
	log_has "$D.conf:2:9: '/proc/self/pagemap'" || fail "$(cat "$D.log")"
	log_has "$D.conf:3:9: .*not a regular file" || fail "$(cat "$D.log")"
	expect_mfc $S1 $G1 r0 r1
}

# Another user must not be able to have files read that only root can read.
case_one include_link "a link in a directory of somebody else is not followed"
include_link()
{
	local why='a link in a directory that others may write to'

	scratch
	mkdir "$W/secret" "$W/conf.d" "$W/own"
	chmod 700 "$W/secret"
	echo "password=hunter2" >"$W/secret/x.conf"
	_route_file "$W/own/x.conf" 7
	_base
	ln -s ../secret/x.conf "$W/own/y.conf"
	{ cat "$W/$D.conf"; echo "include conf.d/*/x.conf"
	    echo "include conf.d/*.conf"; echo "include own/*.conf"; } >new
	conf <new
	_route_file "$W/conf.d/a.conf" 5
	chown nobody "$W/conf.d" "$W/conf.d/a.conf"
	# the last line is a link of root's own
	ctl_fails 1 'own/y.conf:1:1: .*hunter2' reload
	rm "$W/own/y.conf"
	ctl_ok reload
	expect_mfc 10.5.5.5 $G1 r0 r1
	expect_mfc 10.5.5.7 $G1 r0 r1
	: >"$D.log"
	ln -s ../secret/x.conf "$W/conf.d/b.conf"
	ctl_fails 1 "conf.d/b.conf'?: $why" reload
	rm "$W/conf.d/b.conf"
	# by a link to a directory on the way
	ln -s ../secret "$W/conf.d/s"
	ctl_fails 1 "conf.d/s/x.conf'?: $why" reload
	rm "$W/conf.d/s"
	# by another name of the file itself
	ln "$W/secret/x.conf" "$W/conf.d/b.conf"
	ctl_fails 1 "conf.d/b.conf'?: $why" reload
	! "$SMCROUTED" -F "$W/$D.conf" >out 2>&1 || fail "$(cat out)"
	! grep hunter2 out || fail "$(cat out)"
	# also when the other name has gone to another file meanwhile
	chmod 600 "$W/secret/x.conf"
	echo >"$W/secret/new"
	mv "$W/secret/new" "$W/secret/x.conf"
	ctl_fails 1 "conf.d/b.conf'?: $why" reload
	rm "$W/conf.d/b.conf"
	echo "password=hunter2" >"$W/secret/x.conf"
	# in a directory of root's a file may have another name elsewhere
	ln "$W/own/x.conf" "$W/conf.d/not_read"
	ctl_ok reload
	# and in a directory where everybody may write
	chown root "$W/conf.d"
	chmod 1777 "$W/conf.d"
	ln "$W/secret/x.conf" "$W/conf.d/b.conf"
	ctl_fails 1 "conf.d/b.conf'?: $why" reload
	rm "$W/conf.d/b.conf"
	ln -s "$W/secret/x.conf" "$W/conf.d/b.conf"
	ctl_fails 1 "conf.d/b.conf'?: $why" reload
	! log_has 'hunter2' || fail "$(cat "$D.log")"
	# through a link of root's
	ln -s ../conf.d/b.conf "$W/own/z.conf"
	rm "$W/conf.d/a.conf"
	{ grep -v conf.d new; } | conf
	ctl_fails 1 "own/z.conf'?: $why" reload
	! log_has 'hunter2' || fail "$(cat "$D.log")"
	expect_mfc 10.5.5.7 $G1 r0 r1
	stop
	: >"$D.log"
	start
	log_has "$why" || fail "$(cat "$D.log")"
	! log_has 'hunter2' || fail "$(cat "$D.log")"
}

# Mounts files as container orchestrators do: all directories are writable for
# everybody by their mode, but mounted read-only.
case_one include_readonly "... but where nobody can write it is"
include_readonly()
{
	need_linux "namespaces"
	need unshare mount
	topology 2
	mkdir conf.d
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		include conf.d/*.conf
	EOF
	cat >wrapper <<-EOF
		#!/bin/sh
		exec unshare -m sh -c '
			mount -t tmpfs -o mode=777 tmpfs "$W/conf.d" &&
			    cd "$W/conf.d" && mkdir -m 777 ..1 &&
			    ln -s ..1 ..data && ln -s ..data/x.conf x.conf &&
			    echo "mroute from r0 source $S2 group $G1 to r1" \
				>..1/x.conf &&
			    if [ ! -e "$W/writable" ]; then
				mount -o remount,ro tmpfs "$W/conf.d"
			    fi && cd / && exec "$SMCROUTED" "\$@"' sh "\$@"
	EOF
	chmod 755 wrapper
	SMCROUTED=$W/wrapper start
	expect_mfc $S2 $G1 r0 r1
	stop
	touch writable
	SMCROUTED=$W/wrapper start
	expect_no_mfc $S2 $G1
	log_has "x.conf'?: a link in a directory" || fail "$(cat "$D.log")"
}

# Raw sockets of router discovery that the engine has.
_has_raw_socket() # PROTOCOL in hexadecimal digits
{
	in_router cat /proc/net/raw /proc/net/raw6 |
	    awk -v p=":$1\$" '$2 ~ p { print $10 }' >raw
	for fd in "/proc/$(role engine)/fd"/*; do
		readlink "$fd" | sed -n 's/^socket:\[\(.*\)\]$/\1/p'
	done >sockets
	grep -qxFf raw sockets
}

case_one mrdisc_name "an interface mrdisc0 gives the engine no raw sockets"
mrdisc_name()
{
	need_linux "/proc/net/raw"
	topology 1
	plug mrdisc0
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to mrdisc0
		# phyint r0 mrdisc
	EOF
	start
	expect_mfc $S1 $G1 r0 mrdisc0
	! _has_raw_socket 0002 || fail "it has one for IGMP"
	! _has_raw_socket 003A || fail "it has one for ICMPv6"
	echo "phyint r0 mrdisc" >>"$D.conf"
	ctl_ok reload
	_has_raw_socket 0002 || fail "none with mrdisc"
	replace engine
	_has_raw_socket 0002 || fail "the next engine has none"
}

case_one time_stamp "a reload renews the time stamp of the pid file"
time_stamp()
{
	local pid

	topology 1
	conf </dev/null
	start
	pid=$(cat $D.pid)
	touch -t 200101010000 $D.pid
	ctl_ok reload
	renewed || fail "not renewed when smcroutectl returns"
	hup
	[ "$(cat $D.pid)" = "$pid" ] || fail "the pid file has changed"
}

case_both empty "an emptied file empties the kernel's tables"
empty()
{
	topology 3
	_conf_a
	start
	expect_learned r0 $S1 $G2 r1
	conf </dev/null
	ctl_ok reload
	! mfc | grep '^[^ ]* [^ ]* [^ ]* ' || fail "still forwarded: $(mfc)"
	expect_no_join r0 $G3
	expect_stream r0 $S1 $G1
	expect_stream r0 $S1 $G2
}

case_both many "2,000 unchanged routes under traffic"
many()
{
	topology 3
	awk -v s=$S1 -v v6=$((FAM == 6)) 'BEGIN {
		for (i = 0; i < 2000; i++) {
			a = v6 ? sprintf("ff0e:1::%x", i + 1) : \
			    sprintf("225.2.%d.%d", i / 256, i % 256)
			printf "mroute from r0 source %s group %s to r%d\n",
			    s, a, 1 + i % 2
		}
	}' </dev/null | conf
	start
	if [ $FAM = 4 ]; then
		set -- 225.2.0.0 225.2.7.206
	else
		set -- ff0e:1::1 ff0e:1::7cf
	fi
	expect_stream -c 1 -G 2000 r0 $S1 "$1" r1=1000 r2=1000
	shift
	expect_mfc $S1 "$1" r0 r1
	count_start
	stream_start -r 10000 r0 $S1 "$1"
	for i in 1 2 3 4; do
		ctl_ok reload
		hup
	done
	stream_end
	count_end r1="$sent"
	[ "$(mfc_count)" -eq 2000 ] || fail "$(mfc_count) routes"
}

case_one busy "reloads while routes are added and removed"
busy()
{
	local i=0

	topology 4
	_conf_a
	start
	while [ $i -lt 10 ]; do
		kill -HUP "$(daemon_pid)"
		ctl_ok add r0 $S3 $GSSM r3
		kill -HUP "$(daemon_pid)"
		ctl_status 0 show routes
		i=$((i + 1))
	done
	ctl_ok reload
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S2 $G3 r0 r2
	expect_no_route $S3 $GSSM
	daemon_alive
}

case_one descriptors_full "with all descriptors for joins in use"
descriptors_full()
{
	local engine i

	topology 2
	conf <<-EOF
		mgroup from r0 group 225.16.0.0/19
		mroute from r0 source $S1 group $G1 to r1
		include inc/*.conf
	EOF
	ulimit -n 300
	start
	must_come log_has "$NO_FILES"
	engine=$(role engine)
	mkdir inc
	i=10
	while [ $i -lt 80 ]; do
		echo "mroute from r0 source 10.5.5.$i group $G1 to r1" \
		    >inc/$i.conf
		i=$((i + 1))
	done
	awk 'BEGIN {
		for (i = 0; i < 100000; i++)
			printf "mroute from r0 source 10.7.%d.%d" \
			    " group 226.1.1.1 to r1\n", i / 250 % 250,
			    i % 250 + 1
	}' >inc/00.conf
	kill -HUP "$(daemon_pid)"
	wait_mfc 10.5.5.79 $G1 r0 r1
	[ "$(role engine)" = "$engine" ] || fail "$(cat "$D.log")"
}
