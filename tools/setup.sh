#!/bin/sh
# Sets up .venv with tlsscope and what tests it; as root on Debian also the system packages that are missing.
# Run by `make`, again whenever pyproject.toml changes. PYTHON=... chooses the interpreter.
#
#   tools/setup.sh          everything
#   tools/setup.sh kernel   only compile the kernel anew
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin" # tcpdump and ip, for those who are not root

say() { printf 'setup: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
may_install() { has apt-get && [ "$(id -u)" -eq 0 ]; }

main() {
    may_install && install_packages
    find_python
    name_what_is_missing
    make_environment
    install_tlsscope
    name_the_kernel
}

# --- System packages: installed where that is allowed, named where it is not ---

install_packages() {
    wanted=$(missing_packages)
    [ -n "$wanted" ] || return 0
    say "installing" $wanted
    export DEBIAN_FRONTEND=noninteractive # wireshark-common would ask who may capture
    {
        apt-get update -qq && apt-get install -y -qq --no-install-recommends $wanted
    } >/dev/null 2>&1 || say "apt-get could not install all of:" $wanted
}

missing_packages() {
    has tshark || echo tshark
    has tcpdump || echo tcpdump
    has openssl || echo openssl
    has ip || echo iproute2
    has cc || echo gcc libc6-dev
    if chosen=$(choose_python); then
        has_headers "$chosen" || echo "python$(version_of "$chosen")-dev"
        has_venv "$chosen" || echo "python$(version_of "$chosen")-venv"
    elif [ -z "${PYTHON:-}" ]; then
        echo python3 python3-dev python3-venv
    fi
}

name_what_is_missing() {
    has tshark || say "no tshark: tests of the witness and 'tlsscope compare' are skipped"
    has cc && has_headers "$python" || say "no C compiler or no Python headers: the kernel will run interpreted"
    has openssl || say "no openssl: it is needed only to record captures anew"
    has tcpdump || say "no tcpdump: it is needed only to record captures anew"
    if [ "$(uname)" = Linux ]; then
        has ip || say "no ip (iproute2): it is needed only to record captures anew"
    fi
}

# --- Python: the user's own python3 if it is new enough, else the newest there is ---

choose_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }
has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }
has_headers() {
    "$1" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}

find_python() {
    if ! python=$(choose_python); then
        say "needs Python 3.11 or newer${PYTHON:+ (PYTHON=$PYTHON is not)}"
        exit 1
    fi
    if ! has_venv "$python"; then
        say "$python cannot make environments: apt-get install python$(version_of "$python")-venv"
        exit 1
    fi
}

# --- The environment ---

make_environment() {
    if ! .venv/bin/python -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$(version_of "$python")')" \
        >/dev/null 2>&1; then
        say "making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv
    fi
}

install_tlsscope() {
    # The build requirements go in too, not into isolation: compiling anew needs them, and who has all of them
    # already needs no network.
    .venv/bin/python -c 'import tomllib
with open("pyproject.toml", "rb") as file:
    print(*tomllib.load(file)["build-system"]["requires"], sep="\n")' >.venv/build-requirements.txt
    say "installing tlsscope and what tests it (a minute or two)"
    remove_kernel
    .venv/bin/python -m pip install -qq --disable-pip-version-check -r .venv/build-requirements.txt
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-build-isolation -e '.[dev]'
}

# --- The kernel ---

compile_kernel() {
    say "compiling the kernel"
    remove_kernel
    if ! .venv/bin/python setup.py --quiet build_ext --inplace >.venv/kernel.log 2>&1; then
        cat .venv/kernel.log >&2
        exit 1
    fi
    name_the_kernel
}

# What was compiled from older sources must not outlive them, should compiling fail.
remove_kernel() { find tlsscope -name '*.so' -delete; }

name_the_kernel() {
    if find tlsscope -name '*.so' | grep -q .; then
        say "the kernel is compiled"
    else
        say "the kernel could not be compiled and runs interpreted, many times slower"
    fi
}

case "${1:-everything}" in
everything) main ;;
kernel) compile_kernel ;;
*) say "knows only: kernel" && exit 2 ;;
esac
