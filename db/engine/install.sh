#!/usr/bin/env bash
# Turns a Debian trixie root file system into the server of a Datapunk Lake.
#
# The one recipe: Dockerfile.postgres runs it in an image, the embedded engine in a private root file system. It runs as
# root inside that root and needs extensions.lock beside it. A root that already has this very recipe is left as it is.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
stamp=/usr/local/share/lake-engine
recipe=$(cat "$here/install.sh" "$here/extensions.lock" | sha256sum | cut -d' ' -f1)

# Everything that Debian itself has; pg_prove comes with the TAP parser.
server_packages=(
    postgresql-17
    postgresql-17-cron
    postgresql-17-pgaudit
    postgresql-17-pgtap
    postgresql-17-plpgsql-check
    postgresql-17-postgis-3
    postgresql-17-postgis-3-scripts
    postgresql-17-timescaledb
    libtap-parser-sourcehandler-pgtap-perl
)
build_packages=(gcc libc6-dev make ca-certificates)

# Outside the ranges that Debian gives to services and to people, so that on the host of an embedded engine no other
# account has the number that owns the data.
postgres_uid=15432

say() { printf '==> %s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

# Run a command without its chatter; when it fails, show the end of it.
quietly() { "$@" >> "$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; fail "$1 failed."; }; }

prepare_apt() {
    # dpkg need not sync each file: an unfinished root is thrown away. Manuals and translations are not read here.
    printf 'force-unsafe-io\n' > /etc/dpkg/dpkg.cfg.d/lake-engine
    printf 'path-exclude /usr/share/%s/*\n' doc man info locale >> /etc/dpkg/dpkg.cfg.d/lake-engine
    printf '%s;\n' 'APT::Install-Recommends "0"' 'Acquire::Languages "none"' 'Acquire::Retries "3"' \
        'Dpkg::Use-Pty "0"' > /etc/apt/apt.conf.d/90lake-engine
    # No service may start while packages are installed, and no cluster be made: the lake makes its own.
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    mkdir -p /etc/postgresql-common
    printf 'create_main_cluster = false\n' > /etc/postgresql-common/createcluster.conf
    export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
    quietly apt-get update -qq
}

install_packages() {
    if ! getent passwd postgres >/dev/null; then
        groupadd --gid "$postgres_uid" postgres
        useradd --uid "$postgres_uid" --gid postgres --home-dir /var/lib/lake --no-create-home \
            --shell /usr/sbin/nologin postgres
    fi
    quietly apt-get install -y -qq "${server_packages[@]}" "${build_packages[@]}"
    # Debian's package of the server's headers depends on clang and LLVM (2 GB), for JIT bitcode that a lake never uses
    # (jit = off): its files are unpacked without them, and go when the build is done.
    cd "$work"
    quietly apt-get download -qq postgresql-server-dev-17
    dpkg -x postgresql-server-dev-17_*.deb /
}

# Download the archive of extension $1 to $2, from the first place whose file has the sum of the lock.
fetch() {
    local name=$1 target=$2 wanted='' extension version sum place debian
    debian=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    while read -r extension version sum place; do
        [ "$extension" = "$name" ] || continue
        wanted=${wanted:-$version}
        # apt's own downloader: it has the machine's proxies and certificates, and checks the sum.
        if /usr/lib/apt/apt-helper -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=10 \
            -o Acquire::https::Timeout=10 download-file "${place//\{debian\}/${debian%/}}" "$target" \
            "SHA256:$sum" 2>> "$work/log" && echo "$sum  $target" | sha256sum --check --status; then
            [ "$version" = "$wanted" ] || say "Warning: $name $wanted was not to be had; building $version."
            say "Building $name $version"
            return
        fi
        rm -f "$target"
    done < "$here/extensions.lock"
    fail "no place in extensions.lock gave $name with the right sha256; is the network reachable?"
}

build_extensions() {
    local name
    for name in $(grep -v '^#' "$here/extensions.lock" | awk 'NF { print $1 }' | uniq); do
        fetch "$name" "$work/$name.tar.gz"
        mkdir "$work/$name"
        tar -xzf "$work/$name.tar.gz" -C "$work/$name" --strip-components=1 --no-same-owner
        # OPTFLAGS: no -march=native, so that the result runs on any machine of this architecture.
        # NO_BGW: partition maintenance is a job of pg_cron, not a background worker of pg_partman.
        quietly make -s -j "$(nproc)" -C "$work/$name" install OPTFLAGS="" NO_BGW=1 with_llvm=no \
            PG_CONFIG=/usr/lib/postgresql/17/bin/pg_config
    done
}

clean_up() {
    dpkg-deb --contents "$work"/postgresql-server-dev-17_*.deb |
        awk '$1 !~ /^d/ { sub(/^\./, "", $6); print $6 }' | xargs rm -f
    quietly apt-get purge -y -qq --auto-remove "${build_packages[@]}"
    apt-get clean
    cd /
    rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /usr/sbin/policy-rc.d "$work"
}

if [ "$(cat "$stamp" 2>/dev/null)" = "$recipe" ]; then
    say "This root has the recipe already"
    exit 0
fi
[ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = trixie ] || fail "this is not Debian trixie."

work=$(mktemp -d)
# apt downloads as an account of its own, which must be able to write here.
chown _apt "$work"
say "Reading package lists"
prepare_apt
say "Installing PostgreSQL 17 and its extensions"
install_packages
build_extensions
say "Removing the build tools"
clean_up
# Where the cluster, the settings and the log are mounted.
install -d -m 700 -o postgres -g postgres /var/lib/lake /run/lake
install -d -m 755 /etc/lake
printf '%s\n' "$recipe" > "$stamp"
say "The server is installed"
