#!/bin/sh
# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# How many lines of our code are in the process that keeps the kernel's sockets.
#
#	linked.sh
#
# Links the parent once more, with each function in a section of its own and no
# function within another one (-O0), and reads in the linker's map which
# functions are in the program.  The code lines of a file, without blank lines
# and comments, are those of these functions and those outside of any function;
# a file of which nothing is linked has none.  Of a header only the functions
# count.
#
# Prints a line for each file, and the sum.  Exits 1 unless the README of the
# tree says the sum: "links 4,876 lines".

set -u
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd) || exit 1
cd "$here/../../smcrouted/parent" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

set_of() # VARIABLE: its value for make
{
	${MAKE:-bmake} -V "\${$1}" CFLAGS_MD= CFLAGS_MF= SANITIZE=
}

path=$(set_of .PATH) && sources=$(set_of SRCS:M*.c) && cc=$(set_of CC) &&
    cflags=$(set_of CFLAGS) && ldflags=$(set_of LDFLAGS) &&
    ldadd=$(set_of LDADD) || exit 1
files=
for s in $sources; do
	for d in . $path; do
		[ ! -f "$d/$s" ] || { files="$files $d/$s"; break; }
	done
	# quotes within the flags are for a shell
	eval "$cc $cflags -O0 -U_FORTIFY_SOURCE -w -ffunction-sections" \
	    "-fdata-sections -c -o $tmp/${s%.c}.o $d/$s" || exit 1
done
eval "$cc $ldflags -Wl,-Map=$tmp/map -o $tmp/linked $tmp/*.o $ldadd" || exit 1

# "FILE.c FUNCTION" a line; long names are on a line before the rest.
sed -n '/^Linker script and memory map/,$p' "$tmp/map" | awk '
	$1 ~ /^\.text\./ { name = substr($1, 7) }
	name != "" && $NF ~ /\.o$/ {
		n = split($NF, part, "/")
		sub(/\.o$/, ".c", part[n])
		print part[n], name
	}
	NF > 1 { name = "" }' >"$tmp/functions"

# shellcheck disable=SC2086	# names without blanks
awk '
# without comments and with empty strings: "/*" may be in one
function code(s,  out) {
	gsub(/\\./, "", s)
	gsub(/"[^"]*"/, "\"\"", s)
	while (s != "") {
		if (within) {
			if (!match(s, /\*\//))
				return out
			within = 0
			s = substr(s, RSTART + 2)
		} else if (match(s, /\/[*\/]/)) {
			out = out substr(s, 1, RSTART - 1)
			if (substr(s, RSTART, 2) == "//")
				return out
			within = 1
			s = substr(s, RSTART + 2)
		} else
			return out s
	}
	return out
}
# the function that a declaration is of
function called(s) {
	gsub(/__attribute__\(\([^()]*(\([^()]*\))?[^()]*\)\)/, "", s)
	if (!match(s, /[A-Za-z_0-9]+\(/))
		return ""
	return substr(s, RSTART, RLENGTH - 1)
}
# Whether the map names a function; those of a header are in any file.
function is_linked(f, name) {
	return (f, name) in linked || (f ~ /\.h$/ && name in named)
}
NR == FNR { linked[$1, $2]; named[$2]; any[$1]; next }
FNR == 1 {
	n = split(FILENAME, part, "/")
	file = part[n]
	order[++files] = file
	head = ""
	pending = body = within = 0
}
{
	text = code($0)
	if (text ~ /^[ \t]*$/) {
		if (!body && !within) {
			outside[file] += pending
			pending = 0
			head = ""
		}
		next
	}
	all[file]++
	if (body) {
		pending++
		if (substr(text, 1, 1) == "}") {
			if (is_linked(file, name))
				inside[file] += pending
			found[name]
			body = pending = 0
			head = ""
		}
		next
	}
	pending++
	if (substr(text, 1, 1) == "{" && (name = called(head)) != "")
		body = 1
	else if (text ~ /^#|[;}][ \t]*$/) {
		outside[file] += pending
		pending = 0
		head = ""
	} else
		head = head " " text
}
END {
	for (pair in linked) {
		split(pair, p, SUBSEP)
		if (p[1] in all && !(p[2] in found)) {
			print p[1] ": no function " p[2] >"/dev/stderr"
			exit 1
		}
	}
	for (i = 1; i <= files; i++) {
		f = order[i]
		n = inside[f] + (f in any ? outside[f] : 0)
		sum += n
		if (n > 0 || f ~ /c$/)
			printf "%-20s %4d of %4d lines\n", f, n, all[f]
	}
	printf "%-20s %4d lines\n", "sum", sum
}' "$tmp/functions" $files ../../common/*.h ../*/*.h >"$tmp/lines" || exit 1
cat "$tmp/lines"
sum=$(sed -n 's/^sum *\([0-9]*\) lines/\1/p' "$tmp/lines")
[ "$sum" -gt 500 ] || exit 1
said="The process that stays links $sum lines of code; the goal is 2800."
[ -z "${REPORTS-}" ] || echo "$said" >"$REPORTS/linked"
number=$(echo "$sum" | sed 's/\(...\)$/,\1/')
tr -s '\n' ' ' <../../README | grep -q "links $number lines" && exit
echo "README does not say: links $number lines"
exit 1
