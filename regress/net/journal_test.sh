#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The journal: what smcroutectl has changed, and the answers it was given, stay
# true whatever happens to the engine.

. "$(atf_get_srcdir)/lib.sh"

_start()
{
	topology 2
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mgroup from r0 group $G1
	EOF
	start
}

_serves()
{
	ctl show interfaces >/dev/null 2>&1
}

_replace()
{
	kill_role engine
	PATIENCE=40 must_come replaced engine
	PATIENCE=40 must_come _serves
}

_have_died() # N
{
	[ "$(grep -c 'engine [0-9]* ended by' "$D.log")" -ge "$1" ]
}

# Prints so many "add" lines for a batch, from 10.A.B.C to $G2.
_additions() # N
{
	awk -v n="$1" -v g=$G2 'BEGIN { for (i = 0; i < n; i++)
		printf "add r0 10.%d.%d.%d %s r1\n", 100 + i / 62500,
		    i / 250 % 250, i % 250, g
	}' </dev/null
}

# Prints outbound interfaces that make a record of 3 KB.
_names()
{
	awk 'BEGIN { for (i = 0; i < 200; i++)
		printf " n%014d", i }' </dev/null
}

case_one no_engine "engines that do not come up take nothing with them"
no_engine()
{
	need_linux "/proc"
	need prlimit setpriv
	! sanitized || atf_skip "a sanitizer has no limit to its memory"
	_start
	ctl_ok add r0 $S1 $G3 r1
	# the memory that its children are forked with, and too little more
	limit "$(nursery engine)" --as=$(($(sed -n \
	    's/^VmSize:[^0-9]*\([0-9]*\).*/\1/p' \
	    "/proc/$(nursery engine)/status") * 1024 + 65536)):
	kill_role engine
	PATIENCE=40 must_come _have_died 7
	daemon_alive
	expect_stream r0 $S1 $G3 r1
	limit "$(nursery engine)" --as=unlimited:
	PATIENCE=40 must_come _serves
	expect_mfc $S1 $G3 r0 r1
	expect_mfc $S1 $G1 r0 r1
	expect_join r0 $G1
}

# Kills engines until N in a row have died while they read the journal: the
# first word of the journal's memory counts them, in twos.
_kill_readers() # N
{
	python3 - "$(daemon_pid)" "$(nursery engine)" "$1" <<-'EOF'
		import mmap, os, signal, struct, sys, time
		parent, nursery, n = map(int, sys.argv[1:])
		def engine():
		    path = f"/proc/{nursery}/task/{nursery}/children"
		    with open(path) as f:
		        return int((f.read().split() or [0])[0])
		for f in os.listdir(f"/proc/{parent}/fd"):
		    path = f"/proc/{parent}/fd/{f}"
		    if "memfd:journal" in os.readlink(path):
		        memory = mmap.mmap(os.open(path, os.O_RDWR), 4096)
		def readers():
		    return struct.unpack("I", memory[:4])[0] // 2
		# A process that is stopped does not go on before it is killed.
		def kill(reads):
		    soon = time.monotonic() + 15
		    while (last := engine()) == 0 or readers() < reads:
		        if time.monotonic() > soon:
		            return 0	# this engine has read already
		    os.kill(last, signal.SIGSTOP)
		    while open(f"/proc/{last}/stat").read().split()[2] != "T":
		        pass
		    did = reads if readers() == reads else 0
		    os.kill(last, signal.SIGKILL)
		    while engine() == last:
		        pass
		    return did
		killed = 0
		for attempt in range(20):
		    if killed == 0:
		        kill(0)
		    killed = kill(killed + 1)
		    if killed == n:
		        sys.exit(0)
		sys.exit("they do not die while they read")
	EOF
}

# Adds much by smcroutectl, and so many engines die while they read it.
_readers_die() # N
{
	need python3
	_start
	_additions 5000 | sed "s/\$/$(_names)/" | ctl -b || fail "batch"
	_kill_readers "$1" >out 2>&1 || fail "$(cat out)"
}

case_one reader "an engine that dies while it reads the journal costs nothing"
reader()
{
	_readers_die 1
	PATIENCE=40 must_come _serves
	expect_mfc 10.100.0.0 $G2 r0 r1
	expect_mfc 10.100.19.249 $G2 r0 r1
	! log_has 'not in force' || fail "$(cat "$D.log")"
}

case_one readers "after two that die of the journal the next one ignores it"
readers()
{
	_readers_die 2
	PATIENCE=40 must_come log_has 'two engines died while they read the'
	PATIENCE=40 must_come _serves
	expect_mfc $S1 $G1 r0 r1
	must_come _is_no_route 10.100.0.0 $G2
	ctl_ok add r0 $S1 $G3 r1	# on top of it
	_replace
	expect_mfc $S1 $G1 r0 r1
	# the engine before this has deleted them
	wait_mfc 10.100.0.0 $G2 r0 r1
	wait_mfc 10.100.19.249 $G2 r0 r1
	wait_mfc $S1 $G3 r0 r1
	[ "$(grep -c 'not in force' "$D.log")" -eq 1 ] || fail "said twice"
}

# The kernel has no entry, or one that stops the flow.
_is_no_route() # SRC GRP
{
	! mfc | grep -q "^$1 $2 [^ ]* "
}

case_one full "a full journal refuses what is too much, and keeps the rest"
full()
{
	local names refused status=0

	topology 2
	conf </dev/null
	start
	names=$(_names)
	_additions 21000 | sed "s/\$/$names/" >in
	LIMIT='timeout 500' ctl -b <in 2>err || status=$?
	[ $status -eq 1 ] || fail "status $status, not 1: $(head err)"
	grep -v 'line [0-9]*: journal full: .*smcroute.conf' err &&
	    fail "$(grep -v 'journal full' err)"
	refused=$(grep -c . err)
	[ "$refused" -gt 0 ] && [ "$refused" -lt 5000 ] ||
	    fail "$refused of 21000 refused"
	must_come has_entries $((21000 - refused))
	_replace
	must_come has_entries $((21000 - refused))
	# exactly the lines that were answered as done
	sed 's/.*line \([0-9]*\): .*/\1/' err | awk 'NR == FNR { no[$1] = 1 }
		NR != FNR && !(FNR in no) { print $3 }' - in | sort >want
	mfc | cut -d' ' -f1 | sort >have
	cmp -s want have || fail "$(diff want have | head)"
	# removing routes makes room
	ctl_fails 1 'journal full' add r0 $S1 $G3 r1 $names
	ctl_ok remove r0 "$(head -n 1 have)" $G2
	# shellcheck disable=SC2086
	ctl_ok add r0 $S1 $G3 r1 $names
	_replace
	must_come has_entries $((21000 - refused))
	expect_mfc $S1 $G3 r0 r1
}

# --- batches -------------------------------------------------------------------

# Does a batch that is sent in six parts.  While each part is worked on, a
# process of the given role is killed.
_batch_killing() # ROLE ...
{
	local nurseries='' role status=0

	need python3
	for role; do
		nurseries="$nurseries $(nursery "$role")"
	done
	# shellcheck disable=SC2086
	$LIMIT python3 - "$SMCROUTECTL" "$W/$D.sock" $nurseries >killed \
	    <<-'EOF' || status=$?
		import os, random, signal, subprocess, sys
		ctl, sock, *nurseries = sys.argv[1:]
		lines = open("in").readlines()
		part = (len(lines) + 5) // 6
		def child(nursery):
		    path = f"/proc/{nursery}/task/{nursery}/children"
		    with open(path) as f:
		        return int((f.read().split() or [0])[0])
		batch = subprocess.Popen([ctl, "-u", sock, "-b"], text=True,
		    stdin=subprocess.PIPE, stderr=open("err", "w"))
		for n in range(6):
		    batch.stdin.writelines(lines[n * part:(n + 1) * part])
		    batch.stdin.flush()
		    nursery = nurseries[n % len(nurseries)]
		    while (victim := child(nursery)) == 0:
		        pass
		    for again in range(random.randrange(2000)):
		        child(nursery)	# meanwhile it works
		    os.kill(victim, signal.SIGKILL)
		    while child(nursery) == victim:
		        pass
		    print("killed", victim, flush=True)
		batch.stdin.close()
		sys.exit(batch.wait())
	EOF
	echo $status >status
	[ "$(grep -c killed killed)" -eq 6 ] || fail "$(cat killed err)"
	PATIENCE=40 must_come _serves
}

# The failed lines and the sources that are left must be those of the model.
_as_in_model()
{
	awk '{ k = $3 }
		$1 == "add" { has[k] = 1 }
		$1 == "remove" && !(k in has) { print "fail", NR }
		$1 == "remove" { delete has[k] }
		END { for (k in has) print "has", k }' in >model
	sed -n 's/^fail //p' model | sort >want
	sed -n 's/.*line \([0-9]*\): no such route$/\1/p' err | sort >have
	cmp -s want have || fail "failed lines: $(diff want have | head)"
	grep -v 'no such route' err && fail "$(grep -v 'no such route' err)"
	[ "$(cat status)" -eq "$([ -s want ] && echo 1 || echo 0)" ] ||
	    fail "status $(cat status)"
	sed -n 's/^has //p' model | sort >want
	must_come _entries_as_wanted || fail "$(diff want have | head)"
}

_entries_as_wanted()
{
	mfc | cut -d' ' -f1 | sort >have
	cmp -s want have
}

case_one batch_adds "engines that die during a batch of 10,000 additions"
batch_adds()
{
	topology 2
	conf </dev/null
	start
	_additions 10000 >in
	_batch_killing engine
	_as_in_model
	_replace
	_as_in_model
}

# If a line is done twice, or not at all, another line fails or does not fail.
_mixed()
{
	awk -v g=$G2 'BEGIN {
		srand(7)
		for (i = 0; i < 10000; i++) {
			k = int(rand() * 300)
			s = "10.77." int(k / 250) "." k % 250
			if (rand() < 0.5)
				print "add r0", s, g, "r1"
			else
				print "remove r0", s, g
		}
	}' </dev/null
}

case_one batch_mixed "... and one of additions and removals, some of which fail"
batch_mixed()
{
	topology 2
	conf </dev/null
	start
	_mixed >in
	_batch_killing engine
	_as_in_model
	_replace
	_as_in_model
}

case_one batch_control "... and control processes, too"
batch_control()
{
	topology 2
	conf </dev/null
	start
	_mixed >in
	_batch_killing control engine
	_as_in_model
	_replace
	_as_in_model
}

# --- memory --------------------------------------------------------------------

_large() # N
{
	awk -v n="$1" -v s=$S2 'BEGIN { for (i = 0; i < n; i++)
		printf "mroute from r0 source %s group 226.%d.%d.%d to r1\n",
		    s, i / 65536, i / 256 % 256, i % 256
	}' </dev/null
}

# The memory is too short at each phase of the reload in turn.
case_one reload_too_large "a reload that does not fit fails, and nothing is lost"
reload_too_large()
{
	local engine more data failed=0

	need_linux "/proc"
	need prlimit setpriv
	! sanitized || atf_skip "a sanitizer has no limit to its memory"
	_start
	ctl_ok add r0 $S1 $G3 r1
	cp "$D.conf" small
	{ cat small; _large 100000; } >large
	engine=$(role engine)
	data=$(sed -n 's/^VmData:[^0-9]*\([0-9]*\).*/\1/p' \
	    "/proc/$engine/status")
	for more in 1 3 6 9 12 15 18 21 24 32 64; do
		cp large "$D.conf"
		limit "$engine" --data=$(((data + more * 1024) * 1024)):
		if ctl reload >out 2>&1; then
			break
		fi
		grep -q 'out of memory, the running one stays' out ||
		    fail "$more MiB: $(cat out)"
		failed=$((failed + 1))
		[ "$(role engine)" = "$engine" ] || fail "the engine has died"
		expect_mfc $S1 $G1 r0 r1
		expect_mfc $S1 $G3 r0 r1
		ctl_ok add r0 $S3 $G3 r1
		ctl_ok remove r0 $S3 $G3
	done
	[ $failed -gt 3 ] || fail "only $failed reloads failed: $(cat out)"
	[ "$(role engine)" = "$engine" ] || fail "the engine has died"
	must_come has_entries 100001
	expect_no_mfc $S1 $G3	# a reload ends it
}

# Makes a memory control group and kills its processes at the end.
_group_of() # PID BYTES
{
	local root=/sys/fs/cgroup

	group=$root/memory/$NS
	[ -d $root/memory ] || group=$root/$NS
	mkdir "$group" 2>/dev/null || atf_skip "no control group can be made"
	echo "$group" >group
	if [ -d $root/memory ]; then
		echo "$2" >"$group/memory.limit_in_bytes"
	else
		echo "$2" >"$group/memory.max" &&
		    echo 0 >"$group/memory.swap.max"
	fi 2>/dev/null || atf_skip "no memory control group can be made"
	echo "$1" >"$group/cgroup.procs"
}

cleanup_more()
{
	[ -s group ] || return 0
	while ! rmdir "$(cat group)" && [ -s "$(cat group)/cgroup.procs" ]; do
		:
	done
}

case_one killed_for_memory "... nor when the system kills each engine for it"
killed_for_memory()
{
	! sanitized || atf_skip "a sanitizer takes more memory"
	_start
	ctl_ok add r0 $S1 $G3 r1
	cp "$D.conf" small
	_large 600000 >>"$D.conf"
	_group_of "$(nursery engine)" 40000000
	_replace_into_group
	ctl_fails 1 'the engine was restarted' reload
	must_come _have_died 3
	expect_stream r0 $S1 $G3 r1
	expect_stream r0 $S1 $G1 r1
	cp small "$D.conf"
	PATIENCE=60 must_come _serves
	expect_mfc $S1 $G3 r0 r1
	expect_mfc $S1 $G1 r0 r1
}

# The present engine was forked before the limit was set.
_replace_into_group()
{
	cp "$D.conf" large
	cp small "$D.conf"
	_replace
	cp large "$D.conf"
}
