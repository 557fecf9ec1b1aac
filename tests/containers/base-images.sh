#!/usr/bin/env bash
# Makes the images that the Dockerfiles begin FROM, under the names that they have there, for a machine that reaches Debian's
# packages but no registry of images: debian by debootstrap, node from the pinned devDependency. Once; as root; needs
# debootstrap, podman (or another CONTAINER_ENGINE) and `npm ci`. A machine that can pull images needs none of this.
set -euo pipefail
cd "$(dirname "$0")/../.."
engine=${CONTAINER_ENGINE:-podman}
debian=debian:bookworm-slim
node=node:24-bookworm-slim

there() { "$engine" image inspect "$1" >/dev/null 2>&1; }

scratch=$(mktemp -d)
# Whatever debootstrap has mounted there and left is not to be emptied.
trap 'rm -rf --one-file-system "$scratch"' EXIT

if ! there "$debian"; then
  debootstrap --variant=minbase bookworm "$scratch/root" >"$scratch/log" 2>&1 || { tail -n 20 "$scratch/log" >&2; exit 1; }
  tar -C "$scratch/root" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' -c . | "$engine" import - "$debian"
fi
if ! there "$node"; then
  mkdir "$scratch/node"
  cp node_modules/node/bin/node "$scratch/node/"
  printf 'FROM %s\nCOPY node /usr/local/bin/\n' "$debian" >"$scratch/node/Dockerfile"
  "$engine" build -q -t "$node" "$scratch/node"
fi
