#!/bin/sh
# Unpacks the real syslog senders that the acceptance tests drive (rsyslog, syslog-ng, nc), a NATS server and another reader of EVTX, into
# ${VEDETTE_TEST_TOOLS:-$TMPDIR/vedette-test-tools}. The Debian packages conflict with each other, so they are
# unpacked side by side and never installed; test/helpers/senders.ts runs them from there.
# Chromium, in which the page is tested, strace and systemd-analyze, which check the systemd unit, and curl are installed when
# root runs this and there is none. Safe to run again.
set -eu

tools=${VEDETTE_TEST_TOOLS:-${TMPDIR:-/tmp}/vedette-test-tools}
packages='rsyslog rsyslog-gnutls rsyslog-elasticsearch libestr0 libfastjson4 liblognorm5 syslog-ng-core syslog-ng-mod-http libivykis0 libpcre3 libnet1 libwrap0 netcat-openbsd libbsd0 libevtx-utils libevtx1 libbfio1 nats-server'
# Another list is unpacked beside what is there.
complete=$tools/.complete-$(printf '%s' "$packages" | cksum | cut -d' ' -f1)

absent=''
command -v chromium >/dev/null || [ -n "${VEDETTE_CHROMIUM:-}" ] || absent='chromium fonts-dejavu-core'
command -v strace >/dev/null || absent="$absent strace"
# Its library is that of the senders over HTTP, too.
command -v curl >/dev/null || absent="$absent curl"
command -v systemd-analyze >/dev/null || absent="$absent systemd"
if [ -n "$absent" ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends $absent >/dev/null
  else
    echo "test tools: install $absent; another Chromium can be named in VEDETTE_CHROMIUM" >&2
  fi
fi

if [ -e "$complete" ]; then
  echo "test tools: $tools (already there)"
  exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo 'test tools: need Debian or Ubuntu (apt-get, dpkg-deb)' >&2
  exit 1
fi

mkdir -p "$tools/debs" "$tools/root"
[ "$(id -u)" -ne 0 ] || apt-get update -qq
# Without root, apt's own download user cannot write here; the warning about it is harmless.
(cd "$tools/debs" && apt-get download -q $packages)
for deb in "$tools"/debs/*.deb; do dpkg-deb -x "$deb" "$tools/root"; done
touch "$complete"
echo "test tools: $tools"
