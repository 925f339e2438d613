#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# smcroutectl against a stand-in of the daemon: output, exit codes, batches,
# answers that are wrong.  Usage: ctl.sh [FOLDER-OF-PROGRAMS]

here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:-$here}" && pwd)
tmp=$(mktemp -d) || exit 1
sock=$tmp/sock
trap 'jobs -p >"$tmp/jobs"; while read -r p; do kill "$p"; done <"$tmp/jobs"
    rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# a file, since some checks run at the end of a pipe
fail() {
	echo "ctl: $*" >&2
	: >"$tmp/failed"
}

# start MODE [ROWS]: the stand-in
start() {
	"$bin/ctl_standin" "$sock" "$@" >"$tmp/requests" 2>&1 &
	standin=$!
	while [ ! -S "$sock" ]; do
		sleep 0.02
	done
}

stop() {
	kill $standin
	wait $standin 2>/dev/null
	rm -f "$sock"
}

# ctl CODE ARGUMENTS: into $tmp/out and $tmp/err
ctl() {
	want=$1
	shift
	"$bin/smcroutectl" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	[ $got -eq "$want" ] || fail "smcroutectl $*: exit $got, not $want"
}

# old CODE ARGUMENTS: the same by the name of smcroute
old() {
	want=$1
	shift
	"$bin/smcroute" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	[ $got -eq "$want" ] || fail "smcroute $*: exit $got, not $want"
}

# says TEXT: it is in a line of stderr
says() {
	grep -qF -e "$1" "$tmp/err" || fail "no \"$1\" in: $(cat "$tmp/err")"
}

# is FILE: standard input is what the file holds
is() {
	cat >"$tmp/ok"
	cmp -s "$tmp/ok" "$tmp/$1" && return
	fail "$1 is not as expected:"
	diff -u "$tmp/ok" "$tmp/$1" >&2
}

usage() {
	ctl 64 re; says 'command "re" is ambiguous: remove, reload'
	ctl 64 bogus; says 'unknown command "bogus"'
	ctl 64 show status; says 'unknown show "status"'
	ctl 64 start
	ctl 64 add
	ctl 64 add a b; says "usage: add IIF"
	ctl 64 remove a
	ctl 64 join a
	ctl 64 join a b c d
	ctl 64 flush x
	ctl 64 show routes x
	ctl 64 -x show
	ctl 64 show -u
	ctl 64 -- -h
	ctl 64 -b show
	ctl 64 -i a/b show
	ctl 0 help; grep -q 'add *IIF' "$tmp/out" || fail "help"
	ctl 0 help rem
	ctl 0 help show gr
	ctl 64 help bogus
	ctl 0 -h
	ctl 0 show -v
	ctl 0 ver; grep -q '^smcroutectl ' "$tmp/out" || fail "version"
}

text() {
	ctl 0 -pu "$sock" show
	is out <<-'END'
	_______________________________________________________________________________
	(*,G) Template Rules
	===============================================================================
	ROUTE (S,G)                                IIF              OIFS
	===============================================================================
	(*, 225.3.3.0/24)                          a1               a2 a3
	(*, ff05::1)                               eth+             a2
	_______________________________________________________________________________
	(S,G) Rules
	===============================================================================
	ROUTE (S,G)                                IIF              OIFS
	===============================================================================
	(10.0.0.9, 225.4.4.4)                      a1               a2
	_______________________________________________________________________________
	Kernel MFC Table
	===============================================================================
	ROUTE (S,G)                                IIF              OIFS
	===============================================================================
	(10.0.0.9, 225.4.4.4)                      a1               a2
	(2001:db8::1, ff05::9)                     q"\\033[m\303\266\377
	END
	cp "$tmp/out" "$tmp/default"
	ctl 0 -u "$sock"
	cmp -s "$tmp/out" "$tmp/default" || fail "no command is not show"
	ctl 0 sh -tdu "$sock" ro
	is out <<-'END'
	(*, 225.3.3.0/24)                          a1                       -          -          -  a2 a3
	(*, ff05::1)                               eth+                     -          -          -  a2
	(10.0.0.9, 225.4.4.4)                      a1                       -          -          -  a2
	(10.0.0.9, 225.4.4.4)                      a1                      12 12345678901          3  a2
	(2001:db8::1, ff05::9)                     q"\\033[m\303\266\377         12 12345678901          3
	END
	ctl 0 show gr -t -u "$sock"
	is out <<-'END'
	(*, 225.1.1.0/30)                          a1
	(10.0.0.1, 232.1.1.1)                      a1
	END
	ctl 0 show int -tu"$sock"
	is out <<-'END'
	     1 lo               N/A  N/A
	    23 wl0123456789abc    0   31
	END
	ctl 0 -u "$sock" show pending
	is out <<-'END'
	mroute from wg0 group 239.5.5.5 to a2 a3
	mgroup from wg0 source 10.0.0.0/8 group ff05::/64
	phyint wg1 ttl-threshold 3
	END
}

json() {
	ctl 0 -ju "$sock" show routes
	is out <<-'END'
	{"routes":{"asm":[{"source":null,"group":"225.3.3.0/24","iif":"a1","oifs":["a2","a3"],"packets":null,"bytes":null,"wrong":null},{"source":null,"group":"ff05::1","iif":"eth+","oifs":["a2"],"packets":null,"bytes":null,"wrong":null}],"ssm":[{"source":"10.0.0.9","group":"225.4.4.4","iif":"a1","oifs":["a2"],"packets":null,"bytes":null,"wrong":null}],"kernel":[{"source":"10.0.0.9","group":"225.4.4.4","iif":"a1","oifs":["a2"],"packets":12,"bytes":12345678901,"wrong":3,"learned":true,"stop":false},{"source":"2001:db8::1","group":"ff05::9","iif":"q\"\\\u001b[mö\u00ff","oifs":[],"packets":12,"bytes":12345678901,"wrong":3,"learned":false,"stop":true}]}}
	END
	ctl 0 -ju "$sock" show groups
	is out <<-'END'
	{"groups":{"conf":[{"source":null,"group":"225.1.1.0/30","iif":"a1"},{"source":"10.0.0.1","group":"232.1.1.1","iif":"a1"}],"kernel":[{"source":null,"group":"225.1.1.1","iif":"a1"}]}}
	END
	ctl 0 -ju "$sock" show interfaces
	is out <<-'END'
	{"interfaces":[{"index":1,"name":"lo","vif":null,"mif":null},{"index":23,"name":"wl0123456789abc","vif":0,"mif":31}]}
	END
	ctl 0 -ju "$sock" show pending
	is out <<-'END'
	{"pending":[{"kind":"mroute","source":null,"group":"239.5.5.5","iif":"wg0","oifs":["a2","a3"]},{"kind":"mgroup","source":"10.0.0.0/8","group":"ff05::/64","iif":"wg0"},{"kind":"phyint","iif":"wg1","options":["ttl-threshold","3"]}]}
	END
}

empty() {
	start empty
	ctl 0 -u "$sock" show
	is out </dev/null
	ctl 0 -u "$sock" show pending
	grep -q '^No pending ' "$tmp/out" || fail "show pending, none"
	ctl 0 -ju "$sock" show
	echo '{"routes":{"asm":[],"ssm":[],"kernel":[]}}' | is out
	ctl 0 -ju "$sock" show gr
	echo '{"groups":{"conf":[],"kernel":[]}}' | is out
	ctl 0 -ju "$sock" show pe
	echo '{"pending":[]}' | is out
	stop
}

# With very many rows the JSON is still complete, for other programs that read
# it.
large() {
	start ok 20000
	ctl 0 -ju "$sock" show
	if command -v python3 >/dev/null; then
		python3 -m json.tool <"$tmp/out" >/dev/null ||
		    fail "20,000 rows are no JSON"
	else
		echo "ctl: skipped: no python3 to read the JSON"
	fi
	ctl 0 -tu "$sock" show
	[ "$(wc -l <"$tmp/out")" -eq 20000 ] || fail "20,000 rows"
	stop
}

# A rule in many messages: each name is printed, and nothing else among them.
long() {
	start long 5000
	ctl 0 -tu "$sock" show
	[ "$(grep -o 'oif[0-9]*' "$tmp/out" | sort -u | wc -l)" -eq 5000 ] ||
	    fail "names in a long row"
	grep -q 'oif4998 oif4999  \[learned: a reason\]$' "$tmp/out" ||
	    fail "the end of a long row: $(tail -c 80 "$tmp/out")"
	ctl 0 -ju "$sock" show
	grep -q '"oif4999"\],"packets".*"kernel":false,"why":"a reason"}' \
	    "$tmp/out" || fail "a long row: $(tail -c 80 "$tmp/out")"
	stop
}

commands() {
	ctl 0 -u "$sock" add a1 225.1.1.1 a2
	is out </dev/null
	is err </dev/null
	ctl 0 join a1 225.1.1.1 -u "$sock"
	ctl 0 -u "$sock" del a1 225.1.1.1
	ctl 0 -u "$sock" restart
	ctl 1 -u "$sock" add a1 bad a2
	is out </dev/null
	printf '%s\n' 'smcroutectl: bad\033[31m is bad' | is err
	printf '1 \n3 \n2 \n6 \n1 \n' | is requests
}

# batch CODE: commands of standard input
batch() {
	"$bin/smcroutectl" -btu "$sock" >"$tmp/out" 2>"$tmp/err"
	got=$?
	[ $got -eq "$1" ] || fail "batch: exit $got, not $1"
}

batches() {
	# a file, since a pipe may end later than its last line comes
	printf 'add a b c\r\n\n# no\n join a b # yes\n \tflush' >"$tmp/in"
	batch 0 <"$tmp/in"
	is err </dev/null
	[ "$(tail -n 1 "$tmp/requests")" = "1 3 5 " ] ||
	    fail "a batch is not one request"
	printf '%s\n' 'add a b c' 'add a' '# no' '' 'add a bad c' 'show int' \
	    nonsense flush | batch 1
	says "line 2: too few words"
	says "line 5: bad"
	says 'line 7: unknown command "nonsense"'
	[ "$(wc -l <"$tmp/err")" -eq 3 ] || fail "a batch: $(cat "$tmp/err")"
	[ "$(wc -l <"$tmp/out")" -eq 2 ] || fail "show in a batch"
	printf 'a\000b\n' | batch 1
	says "line 1: "
	awk 'BEGIN { for (i = 0; i < 20000; i++) print "add a b", "c" i }
	    END { print "add bad bad bad" }' </dev/null | batch 1
	says "line 20001: bad"
	[ "$(wc -l <"$tmp/err")" -eq 1 ] || fail "20,000 lines"
	awk 'BEGIN { printf "add a b"
	    for (i = 0; i < 9000; i++) printf " c" i
	    print "\nflush" }' | batch 1
	says "line 1: the command is too long"
	[ "$(tail -n 1 "$tmp/requests")" = "5 " ] || fail "after a long line"
	# a line is done before the next one comes
	{
		echo "leave a b"
		n=0
		until [ "$(tail -n 1 "$tmp/requests")" = "4 " ]; do
			n=$((n + 1))
			[ $n -lt 6000 ] || { echo "add a bad c"; break; }
			sleep 0.02
		done
	} | batch 0
}

# wrong MODE CODE TEXT
wrong() {
	start "$1"
	ctl "$2" -u "$sock" show
	says "$3"
	stop
}

answers() {
	wrong denied 77 "not allowed"
	wrong version 1 "version 3 of the control protocol"
	wrong hangup 69 "hung up"
	wrong silent 69 "daemon at $sock takes no more clients"
	wrong unknown 1 "bad answer"
	wrong status 1 "bad answer"
	for m in kind empty order lacks open other; do
		wrong row-$m 1 "bad answer"
	done
}

# An engine that ends before it answers.
again() {
	start again
	printf '\nadd a b c\nflush\n' | batch 1
	says "the engine was restarted before it answered"
	says "lines 2 to 3 are not answered, and may not be done"
	! grep -q void "$tmp/err" || fail "void: $(cat "$tmp/err")"
	cut -d' ' -f2 "$tmp/requests" | tr '\n' ' ' >"$tmp/out"
	printf 'first again again again again ' | is out
	[ "$(cut -d' ' -f1 "$tmp/requests" | sort -u | wc -l)" -eq 1 ] ||
	    fail "ids: $(cat "$tmp/requests")"
	ctl 1 -u "$sock" show
	says "the engine was restarted before it answered"
	stop
	start once
	printf 'add a b c\nadd a bad c\nflush\n' | batch 1
	printf 'flush\n' | batch 0
	is err </dev/null
	[ "$(cut -d' ' -f2 "$tmp/requests" | grep -c first)" -eq 2 ] &&
	    [ "$(grep -c again "$tmp/requests")" -eq 1 ] &&
	    [ "$(cut -d' ' -f1 "$tmp/requests" | grep -c ...)" -eq 3 ] ||
	    fail "requests: $(cat "$tmp/requests")"
	stop
	start once
	ctl 0 -u "$sock" show interfaces
	is err </dev/null
	stop
	start hangup-once
	ctl 0 -u "$sock" add a b c
	is err </dev/null
	stop
}

# The command line of SMCRoute 1 and 2.
smcroute() {
	start words
	old 0 -u "$sock" -a eth0 10.0.0.1 239.1.1.1 eth1 eth2
	is out </dev/null
	is err </dev/null
	old 0 -u "$sock" -a br0 0.0.0.0 239.255.255.250 br0
	old 0 -a eth0 239.1.1.1 eth1 -u "$sock"
	old 0 -u "$sock" -r eth0 10.0.0.1 239.1.1.1
	old 0 -u "$sock" -r eth0 10.0.0.1 239.1.1.1 eth1 eth2
	old 0 -u "$sock" -j eth0 239.1.1.1
	old 0 -u "$sock" -l eth0 239.1.1.1
	old 0 -u "$sock" -x eth0 10.0.0.1 232.1.1.1
	old 0 -u "$sock" -y eth0 10.0.0.1 232.1.1.1
	old 0 -D -u "$sock" -a eth0 :: ff08::7777 eth1 -j eth0 ff08::7777
	old 0 -u "$sock" -k
	is requests <<-'END'
	1 eth0 10.0.0.1 239.1.1.1 eth1 eth2 
	1 br0 0.0.0.0 239.255.255.250 br0 
	1 eth0 239.1.1.1 eth1 
	2 eth0 10.0.0.1 239.1.1.1 
	2 eth0 10.0.0.1 239.1.1.1 
	3 eth0 239.1.1.1 
	4 eth0 239.1.1.1 
	3 eth0 10.0.0.1 232.1.1.1 
	4 eth0 10.0.0.1 232.1.1.1 
	1 eth0 :: ff08::7777 eth1 
	3 eth0 ff08::7777 
	7 
	END
	stop
	start words
	old 1 -u "$sock" -a eth0 bad 239.1.1.1 eth1 -j eth0 239.1.1.1
	printf '%s\n' 'smcroute: bad\033[31m is bad' | is err
	[ "$(tail -n 1 "$tmp/requests")" = "3 eth0 239.1.1.1 " ] ||
	    fail "a command after one that failed"
	stop
	old 69 -u "$sock" -k; says "$sock"
	old 69 -I none -k; says "none.sock"
}

smcroute_usage() {
	old 64
	old 64 -D
	old 64 eth0
	old 64 -z; says "unknown command -z"
	old 64 -kk; says "unknown command -kk"
	old 64 -n
	old 64 -a eth0; says "too few words for add"
	old 64 -j eth0
	old 64 -k now
	old 64 show
	old 64 -d -a eth0 10.0.0.1 239.1.1.1 eth1; says "-a is for a daemon"
	old 0 -h; grep -q '^  -a IIF SOURCE GROUP OIF' "$tmp/out" || fail "-h"
	old 0 -v; grep -q '^smcroutectl ' "$tmp/out" || fail "-v"
}

# -d runs the daemon in the folder of smcroute: here a script that prints its
# arguments.
smcroute_daemon() {
	mkdir "$tmp/sbin"
	cp "$bin/smcroutectl" "$tmp/sbin/smcroute"
	printf '#!/bin/sh\necho smcrouted "$@"\nexit 78\n' \
	    >"$tmp/sbin/smcrouted"
	chmod 755 "$tmp/sbin/smcrouted"
	bin=$tmp/sbin
	old 78 -d
	echo smcrouted | is out
	old 78 -f /tmp/smcroute.conf -d
	echo smcrouted -f /tmp/smcroute.conf | is out
	old 78 -d -n -D -L info -I a -l debug
	echo smcrouted -n -ldebug -l info -I a -l debug | is out
	old 78 -d -n -D -v
	[ "$(tail -n 1 "$tmp/out")" = "smcrouted -n -ldebug" ] ||
	    fail "-d -n -D -v: $(cat "$tmp/out")"
	grep -q '^smcroutectl ' "$tmp/out" || fail "-d -v: no version"
	old 78 -d -d 5
	echo smcrouted -d 5 | is out
	chmod 644 "$tmp/sbin/smcrouted" # taken out, a real one might start
	old 71 -d; says "$tmp/sbin/smcrouted"
}

usage
smcroute
smcroute_usage
start ok
text
json
stop
start ok
commands
stop
start ok
batches
stop
empty
large
long
answers
again
smcroute_daemon
[ ! -e "$tmp/failed" ]
