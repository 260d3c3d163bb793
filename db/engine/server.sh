#!/usr/bin/env bash
# The server of a lake, as the account postgres: makes the cluster on the first start, then becomes PostgreSQL.
#
# Every engine starts it, inside the root that install.sh made: /etc/lake holds the settings, /var/lib/lake the data.
# Arguments go to postgres. LAKE_PASSWORD_FILE names the file with the superuser's first password.
set -euo pipefail
umask 077

export PATH=/usr/lib/postgresql/17/bin:$PATH LC_ALL=C.UTF-8
lake=/var/lib/lake
# Whoever looks for what still works on the data finds it by its working directory.
cd "$lake"
password_file=${LAKE_PASSWORD_FILE:-/run/lake/superuser_password}

if [ ! -d "$lake/data" ]; then
    # Made aside and renamed when complete, so that a start that is killed leaves no half cluster.
    rm -rf "$lake/new"
    # The builtin C.UTF-8: an order that no upgrade of libc or ICU can change under an index.
    initdb --pgdata="$lake/new" --username=postgres --pwfile="$password_file" --auth=scram-sha-256 --data-checksums \
        --encoding=UTF8 --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8 >/dev/null
    echo 'CREATE DATABASE lake' | postgres --single -D "$lake/new" postgres >/dev/null
    # The settings stand in /etc/lake; these would only mislead.
    rm "$lake/new/postgresql.conf" "$lake/new/pg_hba.conf"
    mv "$lake/new" "$lake/data"
fi
# Its work is done; a secret that a composer mounts read-only is not ours to remove.
if [ -w "$(dirname "$password_file")" ]; then rm -f "$password_file"; fi
mkdir -p "$lake/log"
exec postgres -D "$lake/data" -c config_file=/etc/lake/postgresql.conf "$@"
