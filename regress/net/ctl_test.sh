#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# smcroutectl: its commands, options, outputs and exit codes.

. "$(atf_get_srcdir)/lib.sh"

# Starts a daemon with routes, rules and groups of all kinds.
_some()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1 r2
		mroute from r0 group $GNET to r1
		mroute from r9 group $G3 to r1
		mgroup from r0 group $G1
		mgroup from r0 source $S1 group $GSSM
	EOF
	start
}

case_one abbreviations "commands and what follows show may be shortened"
abbreviations()
{
	_some
	ctl_ok a r0 $S2 $G2 r1
	expect_mfc $S2 $G2 r0 r1
	ctl_ok rem r0 $S2 $G2
	expect_no_route $S2 $G2
	ctl_ok ad r0 $S2 $G2 r1
	ctl_ok del r0 $S2 $G2
	expect_no_route $S2 $G2
	ctl_ok j r1 $G2
	expect_join r1 $G2
	ctl_ok l r1 $G2
	expect_no_join r1 $G2
	ctl_ok f
	ctl_ok rel
	ctl_ok restart
	ctl_shows "$GNET" sh
	ctl_shows "$GNET" sho ro
	ctl_shows "$GSSM" show gr
	ctl_shows "^ *[0-9]+ +r0 " show int
	ctl_shows "$G3" show pend
	ctl_shows . v
	ctl_fails 64 "ambiguous" re
	ctl_fails 64 "ambiguous" re r0 $S1 $G1
}

case_both show_routes "show routes has its three sections, -p and -t their headings"
show_routes()
{
	_some
	expect_learned r0 $S2 $GIN1 r1
	ctl_shows '^\(\*,G\) Template Rules' -p show routes
	ctl_shows '^\(S,G\) Rules' -p show routes
	ctl_shows '^Kernel MFC Table' -p show routes
	ctl_shows '^ROUTE \(S,G\) +IIF +OIFS' -p show routes
	ctl_shows '^(=+|_+)$' -p show routes
	ctl_shows "^\(\*, $GNET\) +r0 +r1$" -p show routes
	ctl_shows "^\($S1, $G1\) +r0 +r1 +r2$" -p show routes
	ctl_shows "^\($S2, $GIN1\) +r0 +r1$" -p show routes
	ctl -p show routes >with
	ctl -p >default
	cmp -s with default || fail "show routes is not the default"
	ctl_hides 'ROUTE|IIF|Rules|Table|===|___' -t show routes
	ctl_shows "^\($S1, $G1\) +r0 +r1 +r2$" -t show routes
}

case_both show_detail "-d shows packets and bytes"
show_detail()
{
	_some
	expect_stream r0 $S1 $G1 r1 r2
	ctl_shows '^ROUTE \(S,G\) +IIF +PACKETS +BYTES +WRONG +OIFS' -dp show routes
	ctl_shows "^\($S1, $G1\) +r0 +100 +[0-9]+ +$(kernel_wrong 0 200) +r1 +r2$" \
	    -d show routes
	ctl_hides PACKETS -p show routes
	ctl_shows '"packets":100' -dj show routes
	ctl_shows . -d show groups
	ctl_shows . -d show interfaces
}

case_both show_wrong "packets from a wrong interface are counted separately"
show_wrong()
{
	local wrong

	wrong=$(kernel_wrong 30 50)
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r2
		mroute from r1 source $S2 group $G1 to r2
	EOF
	start
	expect_stream -c 50 r0 $S1 $G1 r2
	expect_stream -c 30 r1 $S1 $G1
	ctl_shows "^\($S1, $G1\) +r0 +50 +[0-9]+ +$wrong +r2$" -dt show routes
	[ "$(grep -c "^($S1, $G1) *r0 *50 " ctl.out)" -eq 2 ] ||
	    fail "rule and entry: $(cat ctl.out)"
	ctl_status 0 -j show routes
	need python3
	python3 - <<-EOF >out 2>&1 || fail "$(cat out)"
		import json
		routes = json.load(open("ctl.out"))["routes"]
		for section in "ssm", "kernel":
		    r = [r for r in routes[section] if r["source"] == "$S1"]
		    assert len(r) == 1, r
		    assert (r[0]["packets"], r[0]["wrong"]) == (50, $wrong), r
	EOF
}

case_both show_shared "rules that share an entry: one has its counters"
show_shared()
{
	topology 3
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r2
		mroute from r1 source $S1 group $G1 to r2
	EOF
	start
	expect_stream -c 50 r0 $S1 $G1 r2
	ctl_shows "^\($S1, $G1\) +r0 +50 +[0-9]+ +$(kernel_wrong 0 50) +r2$" \
	    -dt show routes
	ctl_shows "^\($S1, $G1\) +r1 +- +- +- +r2$" -dt show routes
}

case_both show_stopped "a flow that a filter stops is shown as stopped"
show_stopped()
{
	need python3
	topology 2
	conf <<-EOF
		mroute from r0 group $G1 to r1
	EOF
	start
	for s in $S1 $XNET; do
		ctl_ok add r0 $s $G1 r1
		ctl_ok remove r0 $s $G1 r1
	done
	expect_stopped r0 $S1 $G1
	expect_stopped r0 $X1 $G1
	expect_stopped r0 $S2 $G2
	expect_learned r0 $S2 $G1 r1
	ctl_status 0 -j show routes
	python3 - <<-EOF >out 2>&1 || fail "$(cat out)"
		import json
		kernel = json.load(open("ctl.out"))["routes"]["kernel"]
		stop = {(r["source"], r["group"]): r["stop"] for r in kernel}
		assert stop == {("$S1", "$G1"): True, ("$X1", "$G1"): True,
		    ("$S2", "$G2"): True, ("$S2", "$G1"): False}, kernel
	EOF
}

case_both show_long "1,500 outbound interfaces of one route, and a reason"
show_long()
{
	topology 1
	awk -v g=$G1 'BEGIN {
		printf "mroute from r0 group %s to", g
		for (i = 0; i < 1500; i++)
			printf " interface%d", i
		print " r0 kernel"
	}' </dev/null | conf
	start
	ctl_status 0 -t show routes
	[ "$(tr ' ' '\n' <ctl.out | grep -c '^interface[0-9]*$')" -eq 1500 ] ||
	    fail "not all are shown: $(cut -c 1-200 ctl.out)"
	grep -q ' r0 .*  \[learned: inbound and outbound: r0\]$' ctl.out ||
	    fail "no reason: $(tail -c 200 ctl.out)"
	ctl_status 0 -j show routes
	[ "$(tr ',' '\n' <ctl.out | grep -c 'interface[0-9]*"')" -eq 1500 ] ||
	    fail "not all in JSON: $(cut -c 1-200 ctl.out)"
	grep -q '"kernel":false,"why":"inbound and outbound: r0"' ctl.out ||
	    fail "no reason in JSON: $(tail -c 200 ctl.out)"
	ctl_status 0 show pending
	[ "$(tr ' ' '\n' <ctl.out | grep -c '^interface[0-9]*$')" -eq 1500 ] ||
	    fail "not all wait: $(cut -c 1-200 ctl.out)"
}

# The answer is larger than what may be queued for one client, so it is sent as
# fast as the client reads.
case_one show_longest "100,000 outbound interfaces of one route"
show_longest()
{
	topology 1
	awk -v g=$G1 'BEGIN {
		for (i = 0; i < 100000; i++) {
			if (i % 10000 == 0)
				printf "\nmroute from r0 group %s to", g
			printf " interface%d", i
		}
		print ""
	}' </dev/null | conf
	start
	ctl_status 0 -t show routes
	[ "$(tr ' ' '\n' <ctl.out | grep -c '^interface[0-9]*$')" -eq 100000 ] ||
	    fail "not all are shown"
}

# The row of a route is sent in parts.  The client cannot print the rows before
# it, so it does not read on.  Meanwhile the route goes, and another one gets its
# place and the place of its interfaces.
case_one show_replaced "a route that is replaced while it is shown"
show_replaced()
{
	local client status=0

	topology 3
	awk -v s=$S1 -v g=$G1 'BEGIN {
		for (i = 0; i < 2000; i++)
			printf "mroute from r0 source %s group 225.8.%d.%d " \
			    "to r1\n", s, i / 250, i % 250
		for (i = 0; i < 45000; i++) {
			if (i % 15000 == 0)
				printf "\nmroute from r0 source %s group %s to",
				    s, g
			printf " interface%06d", i
		}
		print ""
	}' </dev/null | conf
	for i in 1 2 3 4 5 6; do
		echo "mroute from r0 source $S2 group 225.7.7.$i to r1"
	done >>"$D.conf"
	start
	mkfifo rows
	ctl -t show routes >rows 2>ctl.err &
	client=$!
	note_pid $client
	exec 3<rows
	read -r first <&3
	ctl_ok remove r0 $S1 $G1
	ctl_ok add r0 $X1 $G2 r1 r2 other0
	cat <&3 >ctl.out
	exec 3<&-
	wait $client || status=$?
	[ $status -eq 0 ] || fail "status $status: $(cat ctl.err)"
	[ "$(tr ' ' '\n' <ctl.out | grep -c '^interface[0-9]*$')" -eq 45000 ] ||
	    fail "not all are shown, or some twice"
	[ "$(grep -c "^($S2, 225.7.7.[1-6]) *r0 *r1$" ctl.out)" -ge 6 ] ||
	    fail "routes after it: $(cut -c 1-200 ctl.out)"
	# the interfaces are forgotten with the show
	ctl_hides interface000001 show pending
}

case_both show_interfaces "show interfaces has the index and the slots"
show_interfaces()
{
	local index

	topology 3
	conf <<-EOF
		mroute from r2 source $S1 group $G1 to r1
	EOF
	start
	index=$(if_index "$R" r2)
	ctl_shows '^ *INDEX +PHYINT +VIF +MIF *$' -p show interfaces
	if [ $FAM = 4 ]; then
		ctl_shows "^ *$index +r2 +0 +(0|N/A) *$" show interfaces
		ctl_shows "^ *[0-9]+ +r1 +1 +(1|N/A) *$" show interfaces
	else
		ctl_shows "^ *$index +r2 +(0|N/A) +0 *$" show interfaces
		ctl_shows "^ *[0-9]+ +r1 +(1|N/A) +1 *$" show interfaces
	fi
	ctl_shows "^ *[0-9]+ +r0 +N/A +N/A *$" show interfaces
}

case_one show_phyint "show pending has the options of a phyint line"
show_phyint()
{
	topology 1
	conf <<-EOF
		phyint later0 enable ttl-threshold 3
		phyint later1 mrdisc
		phyint later2 disable
	EOF
	start
	ctl_status 0 show pending
	printf 'phyint later0 enable ttl-threshold 3\nphyint later1 mrdisc\n' |
	    cmp - ctl.out || fail "$(cat ctl.out)"
}

# They are sent in several chunks.
case_one show_many "600 interfaces and 2,000 waiting phyint lines"
show_many()
{
	need_linux "ip(8)"
	topology 1
	awk 'BEGIN { for (i = 0; i < 300; i++)
		print "link add left" i " type veth peer right" i }' >links
	in_router ip -batch links || atf_fail "cannot make 300 cables"
	awk 'BEGIN { for (i = 0; i < 2000; i++)
		print "phyint later" i " enable" }' | conf
	start
	ctl_status 0 -t show interfaces
	grep -Eo '(left|right)[0-9]+' ctl.out | sort -u >shown
	[ "$(wc -l <shown)" -eq 600 ] || fail "$(wc -l <shown) interfaces"
	[ "$(grep -Ec '(left|right)[0-9]+' ctl.out)" -eq 600 ] ||
	    fail "some are shown twice"
	ctl_status 0 show pending
	[ "$(sort -u ctl.out | grep -c '^phyint later')" -eq 2000 ] ||
	    fail "$(wc -l <ctl.out) lines"
}

case_both json "-j is valid JSON with the keys that scripts know"
json()
{
	_some
	expect_learned r0 $S2 $GIN1 r1
	_json_valid show routes
	_json_has "\"asm\":[{\"source\":null,\"group\":\"$GNET\",\"iif\":\"r0\",\"oifs\":[\"r1\"]"
	_json_has "\"ssm\":[{\"source\":\"$S1\",\"group\":\"$G1\",\"iif\":\"r0\",\"oifs\":[\"r1\",\"r2\"]"
	_json_has "{\"source\":\"$S2\",\"group\":\"$GIN1\",\"iif\":\"r0\",\"oifs\":[\"r1\"]"
	_json_has '{"routes":{'
	_json_valid show groups
	_json_has "\"groups\":{\"conf\":["
	_json_has "{\"source\":null,\"group\":\"$G1\",\"iif\":\"r0\"}"
	_json_has "{\"source\":\"$S1\",\"group\":\"$GSSM\",\"iif\":\"r0\"}"
	_json_has '"kernel":[{'
	_json_valid show interfaces
	_json_has "{\"index\":$(if_index "$R" r0),\"name\":\"r0\",\"vif\":"
	_json_has '"vif":null'
	_json_valid show pending
	_json_has "{\"kind\":\"mroute\",\"source\":null,\"group\":\"$G3\",\"iif\":\"r9\",\"oifs\":[\"r1\"]"
	_json_valid
	_json_has '{"routes":{'
}

case_one json_empty "... also when there is nothing"
json_empty()
{
	topology 0
	conf </dev/null
	start
	_json_valid show routes
	_json_has '"asm":[]'
	_json_has '"ssm":[]'
	_json_has '"kernel":[]'
	_json_valid show groups
	_json_has '"conf":[]'
	_json_valid show interfaces
	_json_valid show pending
	_json_has '"pending":[]'
}

_json_valid() # WORD ...
{
	ctl_status 0 -j "$@"
	if command -v python3 >/dev/null; then
		python3 -m json.tool <ctl.out >/dev/null ||
			fail "no JSON: $(cat ctl.out)"
	elif command -v jq >/dev/null; then
		jq . <ctl.out >/dev/null || fail "no JSON: $(cat ctl.out)"
	else
		atf_skip "neither python3 nor jq is installed"
	fi
	tr -d ' \n' <ctl.out >ctl.json
}

_json_has() # TEXT
{
	grep -qF -- "$1" ctl.json || fail "no $1 in: $(cat ctl.json)"
}

case_one json_escaped "names of all sorts: quotes, control characters, UTF-8"
json_escaped()
{
	local i=0

	need_linux "ip(8)"
	need python3
	topology 1
	# a quote and a backslash, UTF-8, bytes that are no UTF-8, and text that
	# looks like an escape sequence
	printf '%s\n' 'a"b\c' "$(printf 'x\001y\177')" \
	    "$(printf '\303\274\342\202\254')" "$(printf '\377\303\300\200')" \
	    "$(printf '\033[7m')" "'*&;\$(x)" '{},[]' '\u0041' >names
	: >conf.in
	while read -r name; do
		ip -n "$R" link add "$name" type veth peer name "p$i" ||
		    atf_skip "the kernel does not take the name $name"
		ip -n "$R" link set "$name" up
		echo "mroute from r0 source $S1 group 225.1.1.$i to $name"
		echo "mroute from $name group 225.1.1.$i to r0 absent$name"
		echo "mgroup from $name group 225.1.1.$i"
		i=$((i + 1))
	done <names >conf.in
	conf <conf.in
	start
	for w in interfaces routes groups pending; do
		ctl -j show $w >$w.json || fail "show $w"
		ctl_hides "$(printf '[\001\033\177]')" show $w
		ctl_hides "$(printf '[\001\033\177]')" -j show $w
	done
	python3 - <<-'EOF' >out 2>&1 || fail "$(cat out)"
		import codecs, json
		codecs.register_error("each", lambda e: ("".join(
		    chr(b) for b in e.object[e.start:e.end]), e.end))
		names = [n.decode(errors="each")
		    for n in open("names", "rb").read().split(b"\n")[:-1]]
		def read(what):
		    return json.load(open(what + ".json"))[what]
		def check(what, have):
		    for n in names:
		        assert n in have, (what, n, have)
		assert len(set(names)) == 8
		check("interfaces", [i["name"] for i in read("interfaces")])
		routes = read("routes")
		check("kernel", sum([r["oifs"] for r in routes["kernel"]], []))
		check("ssm", sum([r["oifs"] for r in routes["ssm"]], []))
		check("asm", [r["iif"] for r in routes["asm"]])
		groups = read("groups")
		check("conf", [g["iif"] for g in groups["conf"]])
		check("joined", [g["iif"] for g in groups["kernel"]])
		check("pending", [p["iif"] for p in read("pending")])
	EOF
}

case_one json_large "100,000 routes are valid JSON, all of them"
json_large()
{
	need python3
	topology 2
	awk 'BEGIN {
		for (i = 0; i < 50000; i++) {
			printf "mroute from r0 source 10.7.0.1 group " \
			    "226.%d.%d.%d to r1\n", i / 65536, i / 256 % 256,
			    i % 256
			printf "mroute from r0 source 2001:db8::7 group " \
			    "ff0e::%x:1 to r1\n", i
		}
	}' </dev/null | conf
	start
	send -c 100 r0 10.7.0.1 226.0.195.79
	ctl -j show routes >routes.json || fail "show routes"
	ctl -t show routes >routes.text || fail "show routes"
	[ "$(grep -c '^(10.7.0.1, 226.*r0 *r1$' routes.text)" -eq 100000 ] ||
	    fail "not 50,000 rules and 50,000 entries in the text"
	python3 - <<-'EOF' >out 2>&1 || fail "$(cat out)"
		import json
		routes = json.load(open("routes.json"))["routes"]
		assert routes["asm"] == []
		for section in "ssm", "kernel":
		    rows = routes[section]
		    keys = {(r["source"], r["group"]) for r in rows}
		    assert len(keys) == len(rows) == 100000, len(rows)
		    for r in rows:
		        assert r["iif"] == "r0" and r["oifs"] == ["r1"], r
		        assert r["wrong"] == 0, r
		last = [r for r in routes["kernel"] if r["group"] == "226.0.195.79"]
		assert last[0]["packets"] == 100, last
	EOF
}

case_one no_escapes "no terminal sequence goes into a pipe"
no_escapes()
{
	_some
	for o in '' -p -d -t -dp; do
		for w in routes groups interfaces pending; do
			# shellcheck disable=SC2086
			ctl_hides "$(printf '\033')" $o show $w
		done
	done
	ctl_hides "$(printf '\033')" help
}

case_one options_anywhere "options before and after the command, glued or not"
options_anywhere()
{
	local sock

	_some
	sock=$W/$D.sock
	for args in \
	    "-p -u $sock show routes" "show routes -p -u $sock" \
	    "show -p routes -u $sock" "-pu $sock show routes" \
	    "-pu$sock show routes" "show -u$sock -p routes" \
	    "-dp -u $sock show routes"
	do
		# shellcheck disable=SC2086
		"$SMCROUTECTL" $args >out 2>err || fail "$args: $(cat err)"
		grep -q '^ROUTE' out || fail "$args: no heading of -p"
		grep -qF "$GNET" out || fail "$args: no route"
	done
	"$SMCROUTECTL" -tu $sock sh >out || fail "-tu"
	! grep -q ROUTE out || fail "-tu: heading"
	"$SMCROUTECTL" add r0 $S2 $G2 r1 -u $sock || fail "add ... -u"
	expect_mfc $S2 $G2 r0 r1
}

case_both batch "-b carries out lines from standard input"
batch()
{
	topology 4
	conf </dev/null
	start
	cat >in <<-EOF
		# a comment

		add r0 $S1 $G1 r1
		   add r0 $S1 $G2 r1 r2	# two
		add r0 $G3 r3
		remove r0 $S1 $G2 r1
		join r1 $G1
	EOF
	ctl -b <in >out 2>err || fail "batch: $(cat err)"
	[ ! -s out ] || fail "batch said: $(cat out)"
	[ ! -s err ] || fail "batch warned: $(cat err)"
	expect_mfc $S1 $G1 r0 r1
	expect_mfc $S1 $G2 r0 r2
	expect_join r1 $G1
	expect_learned r0 $S2 $G3 r3
	printf 'leave r1 %s' $G1 | ctl -b || fail "no newline at the end"
	expect_no_join r1 $G1
	ctl -b </dev/null || fail "empty batch"
}

case_both batch_bad_lines "each of 3,000 bad lines among 6,000 is named, and the reload among them"
batch_bad_lines()
{
	local status=0

	topology 2
	conf </dev/null
	start
	echo nonsense | conf
	awk -v s=$S1 -v x=$X1 -v v6=$((FAM == 6)) 'BEGIN {
		for (i = 0; i < 3000; i++) {
			a = v6 ? sprintf("ff0e:1::%x", i + 1) : \
			    sprintf("225.2.%d.%d", i / 256, i % 256)
			printf "add r0 %s %s r1\n", s, a
			# lines that the daemon refuses, and lines that
			# smcroutectl itself refuses
			if (i == 1500)
				print "reload"
			else if (i % 3)
				printf "remove r0 %s %s\n", x, a
			else
				print "add r0"
		}
		# a line as long as it may be, and one that is longer
		printf "join r1 225.9.9.9 x%4000s\n", ""
		for (i = 0; i < 9000; i++)
			printf "add "
	}' </dev/null >in
	ctl -b <in >out 2>err || status=$?
	[ $status -eq 1 ] || fail "status $status, not 1: $(tail -n 3 err)"
	[ ! -s out ] || fail "batch said: $(head -n 3 out)"
	sed -n 's/^smcroutectl: line \([0-9]*\): .*/\1/p' err | sort -n >lines
	{ seq 2 2 6000; echo 6001; echo 6002; } >ok
	cmp -s ok lines || fail "lines in error: $(diff ok lines | head -n 5)
$(grep -v '^smcroutectl: line' err | head -n 3)"
	[ "$(mfc_count)" -eq 3000 ] || fail "$(mfc_count) routes of 3000"
}

case_both batch_many "a batch of 3,000 routes"
batch_many()
{
	topology 2
	conf </dev/null
	start
	awk -v s=$S1 -v v6=$((FAM == 6)) 'BEGIN {
		for (i = 0; i < 3000; i++) {
			a = v6 ? sprintf("ff0e:1::%x", i + 1) : \
			    sprintf("225.2.%d.%d", i / 256, i % 256)
			printf "add r0 %s %s r1\n", s, a
		}
	}' </dev/null >in
	ctl -b <in >out 2>err || fail "batch: $(cat err)"
	[ "$(mfc_count)" -eq 3000 ] || fail "$(mfc_count) routes of 3000"
	[ "$(ctl -t show routes | grep -c r1)" -ge 3000 ] ||
	    fail "show routes has not all"
	sed 's/^add/remove/; s/ r1$//' in | ctl -b >out 2>err ||
	    fail "batch: $(cat err)"
	[ "$(mfc_count)" -eq 0 ] || fail "$(mfc_count) routes are left"
}

case_one batch_show "a batch may show, too"
batch_show()
{
	topology 2
	conf </dev/null
	start
	printf 'add r0 %s %s r1\nshow routes\nremove r0 %s %s\nshow int\n' \
	    $S1 $G1 $S1 $G1 | ctl -bp >out 2>err || fail "batch: $(cat err)"
	grep -q "^($S1, $G1) *r0 *r1" out || fail "no route: $(cat out)"
	grep -q 'PHYINT' out || fail "no interfaces: $(cat out)"
}

case_both refusals "each refusal is exit 1 with its reason"
refusals()
{
	_some
	ctl_fails 1 "multicast" add r0 $S1 $S2 r1
	ctl_fails 1 . add r0 $G1 $S1 r1
	ctl_fails 1 . add r0 notanaddress r1
	ctl_fails 1 . add r0 $S1/300 $G1 r1
	ctl_fails 1 . add r0 $S1 $G1/300 r1
	ctl_fails 1 . add r0 $S1 ff0e::1/a r1
	if [ $FAM = 4 ]; then
		ctl_fails 1 . add r0 $S1 ff0e::1 r1	# families differ
	else
		ctl_fails 1 . add r0 $S1 225.1.1.1 r1
	fi
	ctl_fails 1 ': no such route$' remove r0 $X1 $G2
	ctl_fails 1 ": $GIN1 is part of $GNET, routed from r0: remove that\$" \
	    remove r0 $GIN1
	ctl_fails 1 ": $S1 $GNET is part of \* $GNET, routed from r0: remove" \
	    remove r0 $S1 $GNET
	ctl_fails 1 . remove r0 $S1 $G1 r7	# no such oif
	expect_mfc $S1 $G1 r0 r1 r2
	ctl_fails 1 . leave r0 $G2
	daemon_alive
}

case_one no_daemon "no daemon is exit 69 and names the socket"
no_daemon()
{
	topology 0
	ctl_fails 69 "$W/$D.sock" show
	ctl_fails 69 "$W/$D.sock" add r0 225.1.1.1 r1
	# A socket that nobody listens at.
	conf </dev/null
	start
	kill -9 "$(daemon_pid)"
	ended 137
	[ -S $D.sock ] || fail "the socket has gone"
	ctl_fails 69 "$W/$D.sock" show
	# Commands that need no daemon work.
	ctl_shows . help
	ctl_shows . version
	ctl_fails 64 . nonsense
}

case_one waits "it waits for a daemon that is starting"
waits()
{
	local pid

	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	ctl -t show routes >out 2>err &
	pid=$!
	note_pid $pid
	start
	wait $pid || fail "show: $(cat err)"
	grep -q "$G1" out || fail "no route: $(cat out err)"
}

case_one denied "another user is refused with exit 77"
denied()
{
	need_linux "namespaces"
	need setpriv
	topology 1
	scratch
	conf </dev/null
	start
	_as_nobody '' 77 show
	_as_nobody '' 77 add r0 225.1.1.1 r1
	daemon_alive
}

case_one group_shows "members of the group of the socket may show, and nothing else"
group_shows()
{
	need_linux "namespaces"
	need setpriv
	topology 2
	scratch
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
	EOF
	start -p root:daemon
	_as_nobody daemon 0 show routes
	grep -q "$G1" out || fail "no route: $(cat out)"
	_as_nobody daemon 0 -j show interfaces
	_as_nobody daemon 77 add r0 $S1 $G2 r1
	_as_nobody daemon 77 remove r0 $S1 $G1
	_as_nobody daemon 77 join r0 $G1
	_as_nobody daemon 77 flush
	_as_nobody daemon 77 reload
	_as_nobody daemon 77 kill
	_as_nobody '' 77 show
	expect_mfc $S1 $G1 r0 r1
	expect_no_mfc $S1 $G2
	daemon_alive
}

case_one owner "the user of -p may do everything"
owner()
{
	need_linux "namespaces"
	need setpriv
	topology 2
	scratch
	conf </dev/null
	start -p nobody
	_as_nobody '' 0 add r0 $S1 $G1 r1
	expect_mfc $S1 $G1 r0 r1
	_as_nobody '' 0 reload
	_as_nobody '' 0 kill
	ended
}

_as_nobody() # GROUP|'' STATUS ARG ...
{
	local group=${1:-nogroup} want="$2" status=0

	shift 2
	setpriv --reuid nobody --regid nogroup \
	    --groups "$(getent group "$group" | cut -d: -f3)" \
	    "$SMCROUTECTL" -u "$W/$D.sock" "$@" >out 2>err </dev/null ||
	    status=$?
	[ $status -eq "$want" ] ||
	    fail "nobody ($group): $*: status $status, not $want: $(cat err)"
	[ $status -ne 77 ] || [ -s err ] || fail "$*: no word of why"
}

case_one kill_command "kill ends the daemon"
kill_command()
{
	topology 1
	conf </dev/null
	start
	ctl_ok kill
	ended
	[ ! -e $D.sock ] || fail "the socket is left"
	[ ! -e $D.pid ] || fail "the pid file is left"
}

case_one own_answer "an answer is about its own request"
own_answer()
{
	local i=0 pids='' p

	topology 2
	conf </dev/null
	start
	# One client whose requests are always refused, beside one whose
	# requests are not.
	while [ $i -lt 20 ]; do
		echo "remove r0 $X1 $(addr_nth $G1 $i)"
		i=$((i + 1))
	done >bad
	for i in 1 2 3; do
		{ ctl -b <bad; ctl -b <bad; } >/dev/null 2>bad.$i &
		pids="$pids $!"
		note_pid $!
	done
	i=0
	while [ $i -lt 20 ]; do
		ctl_ok add r0 $S1 "$(addr_nth $G1 $i)" r1
		i=$((i + 1))
	done
	for p in $pids; do
		wait $p
	done
	for i in 1 2 3; do
		[ "$(grep -c . bad.$i)" -eq 40 ] ||
		    fail "client $i got $(grep -c . bad.$i) errors of 40"
	done
}

case_one many_clients "20 clients at the same time"
many_clients()
{
	local i=0 pids='' p

	topology 2
	conf </dev/null
	start
	while [ $i -lt 20 ]; do
		ctl add r0 $S1 "$(addr_nth $G1 $i)" r1 >out.$i 2>&1 &
		pids="$pids $!"
		note_pid $!
		i=$((i + 1))
	done
	for p in $pids; do
		wait $p || fail "a client failed: $(cat out.*)"
	done
	[ "$(mfc_count)" -eq 20 ] || fail "$(mfc_count) routes of 20"
}

case_one long_command "a command with hundreds of words"
long_command()
{
	local oifs

	topology 3
	conf </dev/null
	start
	oifs=$(awk 'BEGIN { for (i = 0; i < 500; i++) print "pppoe" i }')
	# shellcheck disable=SC2086
	ctl_status 0 add r0 $S1 $G1 $oifs r2
	expect_mfc $S1 $G1 r0 r2
	ctl_shows pppoe499 show pending
	plug pppoe17
	wait_mfc $S1 $G1 r0 r2 pppoe17
	daemon_alive
}

case_both wildcards "wildcards in commands"
wildcards()
{
	topology 3
	conf </dev/null
	start
	ctl_ok add r0 $S1 $G1 r+
	expect_mfc $S1 $G1 r0 r1 r2
	ctl_ok add r+ $G2 r+
	expect_learned r1 $S1 $G2 r0 r2
	ctl_ok remove r0 $S1 $G1 r+
	expect_mfc $S1 $G1 r0
	ctl_ok remove r+ $G2
	expect_no_route $S1 $G2
}

# unit/ctl.sh has the requests of each option.
case_one smcroute "smcroute is beside smcroutectl, and -d finds the daemon"
smcroute()
{
	local old="${SMCROUTECTL%ctl}"

	topology 2
	conf </dev/null
	# shellcheck disable=SC2046
	in_router $LIMIT "$old" -d $(daemon_args) >out 2>err </dev/null ||
	    fail "smcroute -d: $(cat err)"
	[ -s $D.pid ] || fail "no pid file when the shell goes on"
	pid_d=$(cat $D.pid)
	note_pid $pid_d
	$LIMIT "$old" -u "$W/$D.sock" -a r0 $S1 $G1 r1 || fail "smcroute -a"
	expect_mfc $S1 $G1 r0 r1
	$LIMIT "$old" -u "$W/$D.sock" -k || fail "smcroute -k"
	must_come gone $pid_d
}
