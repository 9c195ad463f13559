#!/bin/sh
# download_packages.sh ARCH FOLDER [PACKAGE...]: Debian's packages for machines without a network, with all that they need.
# On a machine with a network and the same Debian (12). Without names: those of every role. The packages come to FOLDER/ARCH,
# which `molang bundle make --packages FOLDER` takes. What this machine has itself is fetched too, unless STATUS names the
# dpkg status of a machine like those that will be set up.
set -eu
arch=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
shift 2
box="ca-certificates openssl procps python3-venv libatomic1 python3-apt chrony fake-hwclock mosquitto nginx-light nftables
  alsa-utils espeak-ng openssh-client openssh-server"
wall="cage chromium fonts-noto-core libnss3-tools"
around="network-manager modemmanager dnsmasq nut-server nut-client"
province="postgresql"
# shellcheck disable=SC2086 # the lists are meant to be split
[ $# -gt 0 ] || set -- $box $wall $around $province
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache" "$folder/$arch/partial"
[ -n "${STATUS:-}" ] || : > "$work/status"
options="-oAPT::Architecture=$arch -oAPT::Architectures=$arch -oDir::State=$work -oDir::State::lists=$work/lists
  -oDir::State::status=${STATUS:-$work/status} -oDir::Cache=$work/cache -oDir::Cache::archives=$folder/$arch
  -oDebug::NoLocking=1 -oAPT::Keep-Downloaded-Packages=true -oAPT::Sandbox::User=root"
# shellcheck disable=SC2086
apt-get -qq update $options
# shellcheck disable=SC2086
apt-get -qq install --download-only --yes --no-install-recommends $options "$@"
rmdir "$folder/$arch/partial" 2>/dev/null || true
rm -f "$folder/$arch/lock"
