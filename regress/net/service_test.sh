#!/usr/bin/env atf-sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# The files for service managers: each is run as its service manager would run
# it.
#
# Runs a unit's command lines with its capabilities, in a mount namespace that
# has what its settings make of the file system; and by a systemd in namespaces
# of its own, where one is installed.

# shellcheck disable=SC2086	# words of options are to be split

. "$(atf_get_srcdir)/lib.sh"

SERVICES=${SERVICES:-$SRCDIR/../../../etc}
UNITDIR=${UNITDIR:-/usr/local/lib/systemd/system}

# The unit that the verbs below are about, and its instance.
_unit() # [INSTANCE]
{
	unset CAPS
	INSTANCE=${1-}
	NAME=${1:-smcroute}
	UNIT=$UNITDIR/smcrouted${1:+@}.service
	DEFAULTS=etc/default/smcroute${1:+-$1}
	[ -f "$UNIT" ] || fail "no $UNIT"
	ln -sf run/$NAME.pid $D.pid
	ln -sf run/$NAME.sock $D.sock
	ln -sf etc/$NAME.conf $D.conf
}

# Prints what the unit sets KEY to, a word a line.
_value() # KEY
{
	_line "$1" | tr -s ' ' '\n'
}

_line() # KEY
{
	sed -n "s/^$1=//p" "$UNIT" | sed "s/%i/$INSTANCE/g"
}

# The files of an installation, our own for each case: they are seen in the
# place of RUNDIR and SYSCONFDIR.  Its syslog is $D.log.
_machine() # INTERFACES
{
	need unshare setpriv python3
	if [ ! -d "$SYSCONFDIR" ] || [ ! -d "$RUNDIR" ]; then
		atf_skip "SYSCONFDIR and RUNDIR are not set"
	fi
	topology "$1"
	mkdir -p run etc/default
	: >$D.log
	python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    with open(sys.argv[2], "ab") as f:
        f.write(s.recv(65536) + b"\n")' log "$D.log" &
	note_pid $!
	must_come test -S log
	_files >files.sh
	_files >host.sh
	echo 'exec "$@"' >>host.sh
}

_files()
{
	cat <<-EOF
		mount --make-rprivate / &&
		mount --bind $W/run $RUNDIR &&
		mount --bind $W/etc $SYSCONFDIR || exit 99
	EOF
}

# A path as the administrator sees it.
_host() # COMMAND ...
{
	in_router $LIMIT unshare -m sh host.sh "$@"
}

# Makes a /dev as PrivateDevices=yes leaves it.
_devices()
{
	cat <<-EOF
		mount -t tmpfs -o mode=755 none $W/dev || exit 99
		for n in null zero full random urandom tty; do
			: >$W/dev/\$n
			mount --bind /dev/\$n $W/dev/\$n || exit 99
		done
		mkdir $W/dev/pts $W/dev/shm
		mount --bind /dev/pts $W/dev/pts || exit 99
		ln -s pts/ptmx $W/dev/ptmx
		ln -s $W/log $W/dev/log
		mount --rbind $W/dev /dev || exit 99
	EOF
}

# What ProtectSystem=strict, ReadWritePaths=, ReadOnlyPaths=,
# InaccessiblePaths=, ProtectHome=yes and PrivateDevices=yes do.
_restrictions()
{
	local p

	for k in ProtectSystem=strict ProtectHome=yes PrivateDevices=yes \
	    NoNewPrivileges=yes ProtectProc=invisible; do
		grep -qx $k "$UNIT" || fail "not in the unit: $k"
	done
	cat <<-EOF
		read_only()
		{
			mount --bind "\$1" "\$1" &&
			    mount -o remount,bind,ro "\$1" || exit 99
		}
		nothing()
		{
			if [ -d "\$1" ]; then
				mount -t tmpfs -o mode=0,ro none "\$1"
			else
				mount --bind /dev/null "\$1"
			fi || exit 99
		}
	EOF
	_devices
	cat <<-EOF
		awk '\$5 !~ "^/(proc|sys|dev)(/|\$)" { print \$5 }' \
		    /proc/self/mountinfo | while read -r m; do
			mount -o remount,bind,ro "\$m"
		done 2>/dev/null
		mount -o remount,bind,ro /sys || exit 99
		mount -t proc -o hidepid=invisible proc /proc || exit 99
		read_only /proc/sys
	EOF
	for p in /home /root /run/user; do
		case $W/:$SMCROUTED/ in
		*:$p/* | $p/*) ;;	# the test itself is there
		*)	echo "[ ! -d $p ] || nothing $p" ;;
		esac
	done
	for p in $(_value ReadOnlyPaths); do
		echo "[ ! -e ${p#-} ] || read_only ${p#-}"
	done
	for p in $(_value InaccessiblePaths); do
		echo "[ ! -e ${p#-} ] || nothing ${p#-}"
	done
	for p in $(_value ReadWritePaths); do
		echo "mount --bind ${p#-} ${p#-} &&" \
		    "mount -o remount,bind,rw ${p#-} || exit 99"
	done
	cat <<-EOF
		! (: >$W/written) 2>/dev/null || exit 99
	EOF
}

_caps()
{
	_value CapabilityBoundingSet | tr '[:upper:]' '[:lower:]' |
	    sed 's/^cap_//'
}

# Runs a command line of the unit as the unit says; CAPS are its capabilities.
_confined() # KEY
{
	local line

	line=$(_line "$1")
	[ -n "$line" ] || fail "no $1 in the unit"
	mkdir -p dev
	{
		_files
		_restrictions
		cat <<-EOF
			umask 022
			set -a
			$(_line Environment | tr -s ' ' '\n')
			[ ! -f $W/$DEFAULTS ] || . $W/$DEFAULTS
			set +a
			exec setpriv --no-new-privs --inh-caps=-all \
			    --ambient-caps=-all --bounding-set=-all$(printf \
			    ',+%s' $CAPS) $line
		EOF
	} >unit.sh
	# The defaults are seen by their own name, too.
	[ "$(_value EnvironmentFile)" = "-$SYSCONFDIR/${DEFAULTS#etc/}" ] ||
		fail "EnvironmentFile=$(_value EnvironmentFile)"
	exec $(ns_command "$R") $TRACE unshare -m sh unit.sh
}

# ExecStart, in the background as the service manager has it.
_launch()
{
	CAPS=${CAPS-$(_caps)}
	_confined ExecStart </dev/null >>$D.err 2>&1 &
	eval "pid_$D=\$!"
	note_pid $!
}

_start()
{
	_launch
	wait_for started || fail "the daemon did not come up: $(cat $D.err)"
	alive "$(daemon_pid)" || fail "the daemon ended: $(cat $D.err)"
}

# The unit must not come up; exit code and log must say why.
_refused() # CODES REGEX
{
	local pid status=0

	_launch
	pid=$(daemon_pid)
	wait_for gone "$pid" || fail "it runs, with" ${CAPS}
	wait "$pid" || status=$?
	case " $1 " in
	*" $status "*) ;;
	*)	fail "status $status, not $1: $(cat $D.err)" ;;
	esac
	wait_for log_has "$2" || fail "no '$2' in the log"
	[ ! -e run/$NAME.pid ] || fail "it has left its pid file"
}

# Of its files only the empty directory may stay.
_nothing_left()
{
	[ "$(ls -A run)" = smcrouted.empty ] || fail "left behind: $(ls -A run)"
}

# ExecReload.
_reload()
{
	local line

	line=$(_line ExecReload)
	case $line in
	+*)	_host ${line#+} ;;
	*)	(CAPS=${CAPS-$(_caps)} _confined ExecReload) ;;
	esac
}

_conf()
{
	conf <<-EOF
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
	EOF
}

# --- units --------------------------------------------------------------------

case_one install "bmake install puts them where it is told to"
install()
{
	need bmake
	mkdir -p src/etc
	cp "$SERVICES"/Makefile "$SERVICES"/*.in src/etc/
	cp "$SERVICES/../Makefile.inc" src/
	set -- PREFIX=/opt/x SYSCONFDIR=/opt/etc RUNDIR=/opt/run \
	    SMCROUTE_USER=router TMPFILESDIR=/opt/tmpfiles
	(unset MAKEFLAGS MAKEOBJDIR MAKEOBJDIRPREFIX UNITDIR
	cd src/etc && bmake "$@" all &&
	    bmake "$@" DESTDIR="$W/dest" install && bmake clean) \
	    >make.log 2>&1 || fail "$(cat make.log)"
	(cd dest && find . -type f | sort) >have
	cat >want <<-EOF
		./opt/tmpfiles/smcrouted.conf
		./opt/x/lib/systemd/system/smcrouted.service
		./opt/x/lib/systemd/system/smcrouted@.service
		./opt/x/lib/sysusers.d/smcrouted.conf
	EOF
	cmp -s have want || fail "installed: $(cat have)"
	(cd src/etc && ls -A) >have
	(cd "$SERVICES" && ls -d Makefile *.in) | sort >want
	cmp -s have want || fail "left by clean: $(cat have)"
	UNIT=dest/opt/x/lib/systemd/system/smcrouted@.service INSTANCE=one
	[ "$(_line ExecStart)" = "/opt/x/sbin/smcrouted -n -s -i one \
\$SMCROUTED_OPTS \$SMCROUTED_ARGS" ] || fail "$(_line ExecStart)"
	[ "$(_line EnvironmentFile)" = -/opt/etc/default/smcroute-one ] ||
		fail "$(_line EnvironmentFile)"
	[ "$(_line ReadWritePaths)" = /opt/run ] ||
		fail "$(_line ReadWritePaths)"
	! grep -rE '@[A-Z]|/usr/local|_smcroute' dest || fail "not filled in"
}

case_one verify "systemd has no objection to the units"
verify()
{
	need systemd-analyze
	for u in smcrouted smcrouted@; do
		systemd-analyze verify --man=no "$UNITDIR/$u.service" \
		    >out 2>&1 || fail "$u: $(cat out)"
		[ ! -s out ] || fail "$u: $(cat out)"
	done
}

case_one exposure "their exposure, as systemd counts it, is 2.5 at most"
exposure()
{
	local figure

	need systemd-analyze
	systemd-analyze security --help 2>&1 | grep -q -- --offline ||
	    atf_skip "this systemd-analyze has no --offline"
	for u in smcrouted smcrouted@; do
		systemd-analyze security --offline=true --no-pager \
		    "$UNITDIR/$u.service" >out 2>&1 || fail "$u: $(cat out)"
		figure=$(sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p' \
		    out)
		echo "$u: $figure"
		awk -v f="$figure" 'BEGIN { exit !(f > 0 && f <= 2.5) }' ||
			fail "$u: exposure $figure: $(grep '^✗' out)"
	done
}

case_one accounts "sysusers.d and tmpfiles.d make the user and the directories"
accounts()
{
	local conf

	need systemd-sysusers systemd-tmpfiles
	conf=${UNITDIR%/systemd/system}
	mkdir -p root/etc
	systemd-sysusers --root="$W/root" "$conf/sysusers.d/smcrouted.conf" ||
		fail "systemd-sysusers"
	grep -q "^$SMCROUTE_USER:.*:/nonexistent:/.*/nologin\$" \
	    root/etc/passwd || fail "users: $(cat root/etc/passwd)"
	systemd-tmpfiles --root="$W/root" --create \
	    "$conf/tmpfiles.d/smcrouted.conf" || fail "systemd-tmpfiles"
	[ "$(stat -c %a:%u "root$SYSCONFDIR/smcroute.d")" = 755:0 ] ||
		fail "smcroute.d"
	# It is the directory that the children accept as their root.
	[ "$(stat -c %a:%u "root$RUNDIR/smcrouted.empty")" = 555:0 ] ||
		fail "smcrouted.empty"
}

case_both unit "the unit's commands start, reload and end a daemon that routes"
unit()
{
	_machine 2
	_unit
	_conf
	_start
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S2 $G2 r1
	expect_join r0 $G1
	# The files are at the usual places, whatever the unit has hidden.
	_host "$SMCROUTECTL" -t show routes >out || fail "smcroutectl: $(cat out)"
	grep -q $G1 out || fail "no route: $(cat out)"
	[ "$(cat run/smcroute.pid)" = "$(daemon_pid)" ] || fail "pid file"
	[ "$(stat -c %a:%u run/smcroute.pid)" = 644:0 ] || fail "its mode"
	[ "$(stat -c %a:%u run/smcroute.sock)" = 660:0 ] || fail "socket"
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	_reload || fail "ExecReload"
	expect_mfc $S1 $G3 r0 r1
	expect_no_mfc $S1 $G1
	echo nonsense | conf
	! _reload >out 2>&1 || fail "a reload of nonsense succeeds"
	grep -q 'smcroute.conf:1' out || fail "no reason: $(cat out)"
	expect_mfc $S1 $G3 r0 r1
	# A role that dies is replaced in there, too.
	_conf
	replace engine
	wait_mfc $S1 $G1 r0 r1
	expect_learned r0 $S3 $G2 r1
	stop
	_nothing_left
	[ ! -s $D.err ] || fail "on stderr: $(cat $D.err)"
}

case_one unit_bare "without any file in /etc the unit comes up clean and waits"
unit_bare()
{
	_machine 2
	_unit
	_start
	! log_has '[Ww]arn|[Ee]rror|No such' || fail "it complains"
	[ ! -s $D.err ] || fail "on stderr: $(cat $D.err)"
	ctl_shows '^No pending' show pending
	ctl_ok add r0 $S1 $G1 r1
	expect_stream r0 $S1 $G1 r1
	_reload || fail "ExecReload"
	stop
}

case_one unit_options "the unit honours the example of /etc/default/smcroute"
unit_options()
{
	local words o

	need_linux "/proc"
	_machine 2
	_unit
	_conf
	# As installed, all lines of the example are comments.
	cp "$SERVICES/smcroute.default" $DEFAULTS
	! grep -v '^#' $DEFAULTS | grep . || fail "not all of it is comment"
	sed 's/^#\(SMCROUTED_[A-Z]*=\)/\1/' "$SERVICES/smcroute.default" \
	    >$DEFAULTS
	words=$(. ./$DEFAULTS; echo $SMCROUTED_OPTS $SMCROUTED_ARGS)
	[ "$(echo $words | wc -w)" -ge 4 ] || fail "no options: $words"
	_start
	for o in $words; do
		tr '\0' '\n' <"/proc/$(daemon_pid)/cmdline" | grep -qx -- $o ||
			fail "not on the command line: $o"
	done
	expect_stream r0 $S1 $G1 r1
	stop
}

case_one template "smcrouted@NAME has all that is NAME's, beside smcrouted"
template()
{
	_machine 4
	ns_exec "$R" ip mrule show >/dev/null 2>&1 ||
		atf_skip "the kernel has no multicast routing tables"
	_unit
	_conf
	echo SMCROUTED_OPTS=-i >etc/default/mrt1	# not this one
	_start
	D=e
	_unit mrt1
	ln -s d.log e.log
	_conf
	_refused 69 'in use by another'
	echo 'SMCROUTED_OPTS="-t 1"' >$DEFAULTS
	conf <<-EOF
		mroute from r2 source $S1 group $G1 to r3
	EOF
	ns_exec "$R" ip mrule add iif r2 table 1 || fail "ip mrule"
	_start
	[ "$(cat run/mrt1.pid)" = "$(daemon_pid)" ] || fail "pid file"
	TABLE=1
	expect_mfc $S1 $G1 r2 r3
	expect_stream r2 $S1 $G1 r3
	conf <<-EOF
		mroute from r2 source $S1 group $G1 to r3
		mroute from r2 source $S2 group $G1 to r3
	EOF
	_reload || fail "ExecReload"
	expect_mfc $S2 $G1 r2 r3
	TABLE=
	D=d
	_unit
	expect_no_mfc $S2 $G1
	expect_stream r0 $S1 $G1 r1
	_reload || fail "ExecReload"
	stop
	D=e
	ctl_status 0 show
	[ -S run/mrt1.sock ] || fail "its socket is gone"
	expect_stream r2 $S1 $G1 r3
	stop
}

case_one capabilities "each capability of the unit is needed, and no other"
capabilities()
{
	local all c

	_machine 2
	_unit
	_conf
	all=$(_caps)
	[ "$(echo "$all" | wc -l)" -ge 2 ] || fail "capabilities: $all"
	for c in $all; do
		CAPS=$(echo "$all" | grep -vx $c)
		: >$D.log
		: >$DEFAULTS
		# Also with another table, and with a script of -e.
		[ $c != net_admin ] || echo SMCROUTED_OPTS=-t1 >$DEFAULTS
		_refused 77 "CAP_$(echo $c | tr '[:lower:]' '[:upper:]'): needed"
		[ ! -e run/smcroute.sock ] || fail "it has left its socket"
		echo "without $c: $(head -n 1 $D.log)"
	done
	unset CAPS
	echo SMCROUTED_OPTS=-t1 >$DEFAULTS
	_start
	stop
	: >$DEFAULTS
	_start
	expect_stream r0 $S1 $G1 r1
	stop
}

case_one unit_user "the option -p takes the capability that the example names"
unit_user()
{
	local all

	need_linux "/proc"
	_machine 2
	_unit
	_conf
	echo 'SMCROUTED_OPTS="-p nobody:daemon"' >$DEFAULTS
	_refused 77 'CAP_CHOWN: needed'
	all=$(_caps)
	CAPS="$all $(sed -n 's/^#.*CapabilityBoundingSet=CAP_//p' \
	    "$SERVICES/smcroute.default" | tr '[:upper:]' '[:lower:]')"
	[ "$(echo $CAPS | wc -w)" -eq $(($(echo $all | wc -w) + 1)) ] ||
		fail "the example does not name one capability: $CAPS"
	_start
	[ "$(stat -c %U:%G run/smcroute.sock)" = nobody:daemon ] ||
		fail "the socket is $(stat -c %U:%G run/smcroute.sock)'s"
	[ "$(stat -c %U "/proc/$(daemon_pid)")" = nobody ] ||
		fail "the parent is $(stat -c %U "/proc/$(daemon_pid)")"
	expect_stream r0 $S1 $G1 r1
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	_reload || fail "ExecReload"
	expect_stream r0 $S1 $G3 r1
	stop
}

# Makes a script for -e that prints its capabilities.
_hook()
{
	cat >hook <<-EOF
		#!/bin/sh
		sed -n 's/^CapEff:[^0-9a-f]*//p' /proc/self/status \
		    >>$RUNDIR/hooked
	EOF
	chmod 755 hook
	echo "SMCROUTED_OPTS=\"-e $W/hook\"" >$DEFAULTS
}

case_one unit_hook "the script of -e has CAP_NET_ADMIN and no more"
unit_hook()
{
	_machine 2
	_unit
	_conf
	_hook
	_start
	must_come test -s run/hooked
	[ "$(cat run/hooked)" = 0000000000001000 ] ||
		fail "capabilities: $(cat run/hooked)"
	expect_stream r0 $S1 $G1 r1
	stop
}

# The names in a set of system calls, sets in it resolved.
_syscalls() # NAME
{
	local n

	case $1 in
	@*)	for n in $(systemd-analyze syscall-filter "$1" 2>/dev/null |
		    sed '1d; /#/d'); do
			_syscalls $n
		done ;;
	*)	echo "$1" ;;
	esac
}

# System calls that the unit allows.
_allowed()
{
	local line n

	_syscalls @default >allowed
	_line SystemCallFilter | while read -r line; do
		for n in ${line#\~}; do
			_syscalls $n
		done | sort -u >some
		if [ "${line#\~}" = "$line" ]; then
			cat some >>allowed
		else
			grep -vxF -f some allowed >rest
			mv rest allowed
		fi
	done
	sort -u allowed
}

case_both syscalls "the daemon does nothing that the unit's filters forbid"
syscalls()
{
	need strace systemd-analyze
	_machine 2
	_unit
	conf <<-EOF
		phyint r0 mrdisc
		mroute from r0 source $S1 group $G1 to r1
		mroute from r0 group $G2 to r1
		mgroup from r0 group $G1
		mgroup from r0 source $S1 group $GSSM
	EOF
	_hook
	TRACE="strace -f -qq -s 0 -o $W/trace"
	_launch
	# The processes under strace, not strace itself.
	wait_for test -s run/smcroute.pid || fail "it did not come up"
	tracer=$pid_d
	pid_d=$(cat run/smcroute.pid)
	note_pid "$pid_d"
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S2 $G2 r1
	ctl_ok add r0 $S1 $G3 r1
	_reload || fail "ExecReload"
	touch -t 200101010000 run/smcroute.pid
	kill -HUP "$pid_d"
	must_come renewed
	plug r5
	ctl_ok add r5 $S1 $G1 r1
	for r in engine control; do
		replace $r
	done
	ctl_ok kill
	must_come gone "$tracer"
	[ -s run/hooked ] || fail "the script of -e did not run"
	# From the daemon's start on.
	awk '/ execve\(/ && /smcrouted/ { on = 1 } on' trace >daemon.trace
	sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' daemon.trace | sort -u >used
	[ "$(wc -l <used)" -gt 30 ] || fail "traced: $(cat used)"
	_allowed >may
	comm -23 used may >besides
	[ ! -s besides ] || fail "not allowed:" $(cat besides)
	grep -q '^landlock_restrict_self$' may || fail "no landlock"
	grep -q '^seccomp$' may || fail "no seccomp"
	! grep -qxE 'mount|ptrace|init_module|bpf|reboot' may ||
		fail "the list is no list"
	sed -n 's/.* socket(\(AF_[A-Z0-9]*\).*/\1/p' daemon.trace |
	    sort -u >used
	_value RestrictAddressFamilies | sort -u >may
	cmp -s used may || fail "sockets of" $(cat used), not of $(cat may)
	# MemoryDenyWriteExecute=, RestrictNamespaces=, RestrictSUIDSGID=
	! grep -E 'PROT_WRITE\|PROT_EXEC|mprotect\(.*PROT_EXEC' daemon.trace ||
		fail "memory to be written and executed"
	! grep -E 'CLONE_NEW|S_IS[UG]ID' daemon.trace ||
		fail "a namespace, or a set-id bit"
}

# --- systemd itself -----------------------------------------------------------

# Starts a systemd of the test's own, as the first process of namespaces of its
# own.
_systemd()
{
	local systemd=/lib/systemd/systemd

	need systemctl
	[ -x $systemd ] || atf_skip "no $systemd"
	grep -qw cgroup2 /proc/filesystems || atf_skip "no cgroup2"
	case $SMCROUTED in
	/home/* | /root/*) atf_skip "the unit does not see $SMCROUTED" ;;
	esac
	mkdir -p cgroup units/smcrouted.service.d dev
	echo "$NS" >cgroup.name
	cp "$UNITDIR"/smcrouted*.service units
	# The installation under test is in a directory that would be private.
	cat >units/smcrouted.service.d/test.conf <<-EOF
		[Unit]
		DefaultDependencies=no
		[Service]
		PrivateTmp=no
		Environment=ASAN_OPTIONS=${ASAN_OPTIONS-}
	EOF
	printf '[Unit]\nDefaultDependencies=no\n' >units/test.target
	cat >machine.sh <<-EOF
		. ./files.sh
		mount -t cgroup2 none $W/cgroup && mkdir $W/cgroup/$NS &&
		    echo \$\$ >$W/cgroup/$NS/cgroup.procs || exit 99
		exec unshare --pid --fork --kill-child --uts --ipc --cgroup \
		    sh first.sh
	EOF
	{
		cat <<-EOF
			set -e
			mount -t proc proc /proc
			mount --bind /proc/sys /proc/sys
			mount -o remount,bind,ro /proc/sys
			mount -t cgroup2 none /sys/fs/cgroup
			mount -t tmpfs -o mode=755 none /run
			mkdir -p /run/systemd/journal
			ln -s $W/log /run/systemd/journal/dev-log
		EOF
		_devices
		cat <<-EOF
			exec env -i PATH=$PATH container=test \
			    SYSTEMD_UNIT_PATH=$W/units \
			    SYSTEMD_GENERATOR_PATH=$W/none \
			    $systemd --system --unit=test.target \
			    --log-target=null --show-status=no
		EOF
	} >first.sh
	$(ns_command "$R") unshare -m sh machine.sh </dev/null >console 2>&1 &
	manager=$!
	note_pid $manager
	wait_for _up || fail "systemd did not come up: $(cat console)"
}

_up()
{
	_inside systemctl list-units >/dev/null 2>&1
}

# The number, in the test's own namespace, of the first process of systemd's.
_first()
{
	children $manager | tr -d ' '
}

_inside() # COMMAND ...
{
	[ -n "$(_first)" ] &&
	    $LIMIT nsenter -t $(_first) -m -p -u -i -n -C "$@"
}

cleanup_more()
{
	[ ! -s cgroup.name ] || unshare -m sh -c '
		mount -t cgroup2 none cgroup
		for i in $(seq 100); do
			find "cgroup/$1" -depth -type d -exec rmdir {} ";"
			[ -d "cgroup/$1" ] || exit
			sleep 0.1
		done' sh "$(cat cgroup.name)"
}

_systemctl() # ARG ...
{
	_inside systemctl "$@" >out 2>&1 ||
	    fail "systemctl $*: $(cat out console)
$(_inside systemctl status --no-pager smcrouted)"
}

_property() # NAME
{
	_inside systemctl show -P $1 smcrouted
}

# The main process, which has process 1 for its parent.
_main()
{
	pid_d=$(for p in $(children "$(_first)"); do
		[ "$(cat /proc/$p/comm)" != smcrouted ] || echo $p
	done)
	[ -n "$pid_d" ]
}

_property_is() # NAME VALUE
{
	[ "$(_property $1)" = "$2" ]
}

case_one systemd "systemd starts, reloads, watches, restarts and ends it"
systemd()
{
	local before

	need_linux "/proc"
	_machine 2
	_unit
	_conf
	_systemd
	_systemctl start smcrouted
	# Ready: no wait.
	_main || fail "no main process"
	expect_mfc $S1 $G1 r0 r1
	[ "$(_property StatusText)" = \
	    "2 interfaces, 2 routes, 0 flows, 1 groups, 0 errors" ] ||
		fail "status: $(_property StatusText)"
	grep -q '^Seccomp:[^0-9]*2$' /proc/$pid_d/status || fail "no filter"
	expect_stream r0 $S1 $G1 r1
	expect_learned r0 $S2 $G2 r1
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	_systemctl reload smcrouted
	expect_mfc $S1 $G3 r0 r1
	echo nonsense | conf
	! _inside systemctl reload smcrouted >out 2>&1 ||
		fail "a reload of nonsense succeeds"
	_property_is ActiveState active || fail "$(_property ActiveState)"
	expect_stream r0 $S1 $G3 r1
	_conf
	_systemctl reload smcrouted
	# A parent that is killed is started again, and the next one finds the
	# kernel's routes: systemd has kept the sockets that they belong to.
	before=$pid_d
	count_start
	stream_start -r 5000 r0 $S1 $G1
	kill -9 $pid_d
	must_come _again
	expect_mfc $S1 $G1 r0 r1
	_systemctl restart smcrouted
	_main || fail "no main process"
	expect_mfc $S1 $G1 r0 r1
	stream_end
	count_end r1="$sent"
	# So is a parent that hangs.
	cat >>units/smcrouted.service.d/test.conf <<-EOF
		WatchdogSec=1
		ExecStopPost=/bin/sh -c 'echo \$SERVICE_RESULT >$RUNDIR/result'
	EOF
	_systemctl daemon-reload
	_systemctl restart smcrouted
	_main || fail "no main process"
	before=$pid_d
	rm -f run/result
	kill -STOP $pid_d
	must_come _again
	[ "$(cat run/result)" = watchdog ] || fail "$(cat run/result)"
	rm run/result
	expect_stream r0 $S1 $G1 r1
	_systemctl stop smcrouted
	[ "$(cat run/result)" = success ] || fail "$(cat run/result)"
	rm run/result
	_nothing_left
	# If it cannot run, that is logged once, and it is not started again.
	echo SMCROUTED_OPTS=-Z >$DEFAULTS
	! _inside systemctl start smcrouted >out 2>&1 || fail "-Z is no option"
	_property_is ActiveState failed || fail "$(_property ActiveState)"
	_property_is ExecMainStatus 64 || fail "$(_property ExecMainStatus)"
}

_again()
{
	_main && [ "$pid_d" != "$before" ] && _property_is ActiveState active
}

# --- other service managers ---------------------------------------------------

case_one syntax "every script is one"
syntax()
{
	for f in S41smcroute smcrouted.openrc smcrouted.procd \
	    smcroute.default; do
		sh -n "$SERVICES/$f" || fail "$f"
		# Where it belongs.
		grep -q "^#	install .*etc/$f " "$SERVICES/$f" ||
			fail "$f does not say where to install it"
	done
}

case_one rcd "on each BSD the install has the script where rc looks for it"
rcd()
{
	local os

	need bmake
	cp -R "$SERVICES" etc
	cp "$SERVICES/../Makefile.inc" .
	while read -r os script; do
		(unset MAKEFLAGS; cd etc &&
		    bmake OPSYS="$os" DESTDIR="$PWD/$os" install) >out 2>&1 ||
			fail "$os: $(cat out)"
		[ -x "etc/$os$script" ] || fail "$os: no $script"
		sh -n "etc/$os$script" || fail "$os: no script"
		! grep @ "etc/$os$script" || fail "$os: not filled in"
	done <<-'END'
	FreeBSD /usr/local/etc/rc.d/smcrouted
	NetBSD /usr/pkg/share/examples/rc.d/smcrouted
	OpenBSD /etc/rc.d/smcrouted
	END
}

case_one sysv "the SysV script starts, reloads and stops"
sysv()
{
	need start-stop-daemon
	_sysv_all sh
}

case_one sysv_busybox "... with busybox, too"
sysv_busybox()
{
	need busybox
	busybox --list | grep -qx start-stop-daemon ||
	    atf_skip "this busybox has no start-stop-daemon"
	mkdir bin
	for p in $(busybox --list); do
		ln -s "$(command -v busybox)" bin/$p
	done
	_sysv_all "env PATH=$W/bin sh"
}

_sysv_all() # SHELL
{
	[ -d /etc/default ] || atf_skip "no /etc/default"
	_machine 2
	D=d NAME=smcroute
	ln -sf run/smcroute.pid d.pid
	ln -sf run/smcroute.sock d.sock
	ln -sf etc/smcroute.conf d.conf
	cat >etc/default/smcroute <<-EOF
		DAEMON=$SMCROUTED
		CTL=$SMCROUTECTL
		PIDFILE=$RUNDIR/smcroute.pid
		SMCROUTED_OPTS="-l info"
		SMCROUTED_ARGS="-c 7"
	EOF
	{
		_files
		echo "mount --bind $W/etc/default /etc/default || exit 99"
		echo "exec $1 $SERVICES/S41smcroute \"\$@\""
	} >sysv.sh
	_conf
	_says 3 stopped status
	_says 0 OK start
	pid_d=$(cat d.pid)
	note_pid "$pid_d"
	# Ready: no wait.
	expect_mfc $S1 $G1 r0 r1
	for o in -l info -c 7; do
		tr '\0' '\n' <"/proc/$pid_d/cmdline" | grep -qx -- $o ||
			fail "not on the command line: $o"
	done
	_says 0 running status
	_says 1 FAIL start		# it runs
	daemon_alive
	[ "$(cat d.pid)" = "$pid_d" ] || fail "another pid"
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	_says 0 OK reload
	expect_mfc $S1 $G3 r0 r1
	daemon_alive
	echo nonsense | conf
	_says 1 'smcroute.conf:1' reload
	_says 1 FAIL reload
	expect_mfc $S1 $G3 r0 r1
	_conf
	_says 0 OK restart
	must_come gone "$pid_d"
	pid_d=$(cat d.pid)
	note_pid "$pid_d"
	daemon_alive
	expect_stream r0 $S1 $G1 r1
	count_start
	stream_start -r 5000 r0 $S1 $G1
	_says 0 OK upgrade
	must_come gone "$pid_d"
	pid_d=$(cat d.pid)
	note_pid "$pid_d"
	daemon_alive
	stream_end
	count_end r1="$sent"
	_says 0 OK stop
	gone "$pid_d" || fail "stopped, but there"
	_nothing_left
	_says 1 FAIL stop
	_says 69 'no daemon|FAIL' reload
	_says 64 usage
	_says 64 usage nonsense
	# The reason why it cannot start is printed, and is its exit code.
	echo 'SMCROUTED_OPTS="-p no_such_user"' >>etc/default/smcroute
	_says 67 no_such_user start
}

# Runs the script, which must end with this exit code and text.
_says() # STATUS REGEX [WORD]
{
	local status=0 want="$1" regex="$2"

	shift 2
	in_router $LIMIT unshare -m sh sysv.sh "$@" >out 2>&1 </dev/null ||
		status=$?
	[ $status -eq $want ] ||
		fail "$*: status $status, not $want: $(cat out)"
	grep -Eq "$regex" out || fail "$*: no '$regex': $(cat out)"
}

case_one openrc "what OpenRC is told to start comes up, and reloads"
openrc()
{
	_machine 2
	D=d NAME=mrt1
	ln -sf run/mrt1.pid d.pid
	ln -sf run/mrt1.sock d.sock
	ln -sf etc/mrt1.conf d.conf
	_conf
	cat >rc.sh <<-EOF
		need() { :; }
		use() { :; }
		after() { :; }
		ebegin() { :; }
		eend() { return \$1; }
		RC_SVCNAME=\$service
		SMCROUTED=$SMCROUTED SMCROUTECTL=$SMCROUTECTL
		SMCROUTED_OPTS="-l info" SMCROUTED_ARGS="-c 7"
		. $SERVICES/smcrouted.openrc
	EOF
	# Each identity has its own files.
	(service=smcrouted && . ./rc.sh && echo "$pidfile $command_args") >out
	grep -q '^/run/smcroute.pid -i smcroute -l info -c 7$' out ||
		fail "smcrouted: $(cat out)"
	export service=smcrouted.mrt1
	. ./rc.sh
	depend || fail "depend"
	[ "$pidfile" = /run/mrt1.pid ] || fail "pid file: $pidfile"
	_host $command $command_args || fail "not started: $(cat $D.log)"
	pid_d=$(cat run/mrt1.pid)
	note_pid "$pid_d"
	expect_stream r0 $S1 $G1 r1
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	case " $extra_started_commands " in
	*" reload "*) ;;
	*)	fail "no reload" ;;
	esac
	_host sh -c '. ./rc.sh; reload' || fail "reload"
	expect_mfc $S1 $G3 r0 r1
	_host sh -c '. ./rc.sh; upgrade' || fail "upgrade"
	must_come gone "$pid_d"
	pid_d=$(cat run/mrt1.pid)
	note_pid "$pid_d"
	expect_stream r0 $S1 $G3 r1
	kill "$pid_d"
	must_come gone "$pid_d"
}

case_one procd "what procd is told to start comes up, and reloads"
procd()
{
	need_linux "namespaces"
	_machine 2
	D=d
	_unit			# for the names of files
	_conf
	procd_open_instance() { : >instance; }
	procd_set_param() { echo "$@" >>instance; }
	procd_close_instance() { mv instance closed; }
	procd_send_signal() { echo "$@" >signalled; }
	. "$SERVICES/smcrouted.procd"
	[ "$USE_PROCD" = 1 ] && [ "$START" -gt 0 ] || fail "USE_PROCD, START"
	PROG=$SMCROUTED
	CONF=$SYSCONFDIR/smcroute.conf
	start_service
	grep -qx 'respawn.*' closed || fail "not started again when it ends"
	set -- $(sed -n 's/^command //p' closed)
	$(ns_command "$R") unshare -m sh host.sh "$@" </dev/null >>$D.log 2>&1 &
	pid_d=$!
	note_pid $!
	wait_for started || fail "the daemon did not come up"
	daemon_alive		# in the foreground, that is
	expect_stream r0 $S1 $G1 r1
	conf <<-EOF
		mroute from r0 source $S1 group $G3 to r1
	EOF
	reload_service
	# The service is called as the script is installed; SIGHUP is the
	# default.
	[ "$(cat signalled)" = "$(sed -n \
	    's|^#	install .*/etc/init.d/||p' "$SERVICES/smcrouted.procd")" ] ||
		fail "signal to $(cat signalled)"
	kill -HUP "$(daemon_pid)"
	wait_mfc $S1 $G3 r0 r1
	stop
}
