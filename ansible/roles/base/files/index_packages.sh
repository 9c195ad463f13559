#!/bin/sh
# index_packages.sh FROM TO: copies a bundle's Debian packages and writes the index that apt wants. Prints "changed" or "same".
set -eu
from=$1 to=$2
mkdir -p "$to"
new=$(mktemp)
trap 'rm -f "$new"' EXIT
for deb in "$from"/*.deb; do
  name=${deb##*/}
  cmp -s "$deb" "$to/$name" || cp "$deb" "$to/$name"
  dpkg-deb -f "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$name" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done > "$new"
if cmp -s "$new" "$to/Packages"; then echo same; else cp "$new" "$to/Packages"; chmod 644 "$to/Packages"; echo changed; fi
