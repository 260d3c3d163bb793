#!/bin/sh
# Runs a command inside the embedded engine's root: enter.sh ROOT SOURCE TARGET [SOURCE TARGET ...] -- COMMAND ...
#
# To be started as root by `unshare --mount`: the mounts belong to this process and its children alone and vanish with
# them. The root is read-only, for several lakes may share it; SOURCE (a folder of the host, wherever it lies) appears at
# TARGET in it, and /tmp, /run and /dev/shm (the shared memory of parallel queries) are fresh and in memory.
set -eu
root=$1
shift
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
while [ "$1" != -- ]; do
    mount --bind "$1" "$root$2"
    shift 2
done
shift
exec chroot "$root" "$@"
