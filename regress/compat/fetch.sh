#!/bin/sh
# Puts the original, Debian's package smcroute, into a folder of its own: it is
# unpacked there and not installed.  Usage: fetch.sh DIR
#
# Prints what is missing and exits 1 when it cannot be had.

VERSION=2.5.6	# the one that the table of differences is about
dir=$1

absent() # TEXT
{
	echo "$*"
	exit 1
}

download()
{
	# _apt may not write here, and the log would say so
	timeout 120 apt-get -qq -o APT::Sandbox::User=root \
	    download smcroute
}

get()
{
	for p in apt-get dpkg; do
		command -v $p >/dev/null || absent "$p is missing"
	done
	rm -rf "$dir.new"
	mkdir -p "$dir.new" && cd "$dir.new" || absent "cannot make $dir.new"
	if ! download >log 2>&1; then
		timeout 120 apt-get -qq update >>log 2>&1
		download >>log 2>&1 ||
		    absent "apt-get download: $(grep . log | tail -n 1)"
	fi
	dpkg -x smcroute_*.deb . >>log 2>&1 ||
	    absent "dpkg -x: $(tail -n 1 log)"
	rm -rf "$dir"
	cd / && mv "$dir.new" "$dir"
}

[ -x "$dir/usr/sbin/smcrouted" ] || get
version=$("$dir/usr/sbin/smcrouted" -v 2>&1 | head -n 1)
case $version in
*" v$VERSION") ;;
*)	absent "not version $VERSION: ${version:-smcrouted -v says nothing}" ;;
esac
