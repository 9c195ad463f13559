#!/bin/sh
# index_packages.sh FOLDER: writes the index that apt wants of the packages there. Prints "changed" or "same".
set -eu
cd "$1"
new=$(mktemp)
trap 'rm -f "$new"' EXIT
for deb in ./*.deb; do
  [ -e "$deb" ] || continue
  dpkg-deb -f "$deb"
  printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done > "$new"
if cmp -s "$new" Packages; then echo same; else cp "$new" Packages; chmod 644 Packages; echo changed; fi
