#!/bin/sh
# Starts the Chromium of the browser tests. Written by `cargo xtask tools`.
# It adds no arguments, and keeps what Chromium writes into a home out of yours.
folder={folder}
export FONTCONFIG_FILE="$folder/fonts.conf"
export HOME="$folder/home" XDG_CONFIG_HOME="$folder/home" XDG_CACHE_HOME="$folder/home"
libraries={libraries}
[ -z "$libraries" ] || export LD_LIBRARY_PATH="$libraries"
exec {program} "$@"
