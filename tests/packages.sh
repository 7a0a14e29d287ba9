# SPDX-License-Identifier: LGPL-2.1-or-later
# What the project needs from Debian 12, in one place. Sourced by tests/run.sh and by
# examples/demo/run.sh; sh, not bash. Quiet when everything is there.

# To compile the plugins.
packages_build ()
{
  echo "gcc libc6-dev meson ninja-build pkg-config gettext
    libglib2.0-dev libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev
    libgstreamer-plugins-bad1.0-dev libnice-dev libssl-dev libsrtp2-dev libusrsctp-dev
    libsoup-3.0-dev libjson-glib-dev"
}

# To use them from gst-launch-1.0 and from the examples.
packages_run ()
{
  echo "gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good
    gstreamer1.0-plugins-bad gstreamer1.0-nice gstreamer1.0-x glib-networking fonts-dejavu-core
    python3-gi python3-gst-1.0 gir1.2-gst-plugins-base-1.0 gir1.2-gst-plugins-bad-1.0"
}

# To test them: tools, real peers, networks.
packages_test ()
{
  echo "python3 clang-format coturn curl iproute2 ca-certificates chromium firefox-esr ffmpeg
    python3-aiortc python3-aiohttp"
}

# To run the fuzz targets with libFuzzer.
packages_fuzz ()
{
  echo "clang libclang-rt-14-dev"
}

as_root ()
{
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "Not root, and no sudo here: cannot run $*" >&2
    return 1
  fi
}

# The packages among the arguments that are not installed.
missing_packages ()
{
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' | sed -n 's/ installed$//p')
  for package in "$@"; do
    echo "$installed" | grep -qxF -- "$package" || echo "$package"
  done
}

install_packages ()
{
  # shellcheck disable=SC2046
  missing=$(missing_packages "$@" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  echo "Installing: $missing"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get -qq update || return 1
  # shellcheck disable=SC2086
  as_root apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends $missing >/dev/null
}

# Node may come from Debian or from elsewhere; any version from 18 on serves.
install_node ()
{
  needed=""
  command -v node >/dev/null || needed="nodejs"
  command -v npm >/dev/null || needed="$needed npm"
  # shellcheck disable=SC2086
  [ -z "$needed" ] || install_packages $needed
}

# The npm packages of one folder, exactly as its package-lock.json names them.
install_npm ()
{
  folder=$1
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return 0
  echo "Installing npm packages in $folder"
  (cd "$folder" && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --silent --no-progress)
}
