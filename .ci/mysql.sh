# Gets MySQL and starts it. Sourced by .ci/run after .ci/lib.sh.
#
# Debian releases have MariaDB only; MySQL is in unstable, which needs a newer C library than the release. So its packages are
# unpacked into a folder, with all that they depend on, and the server runs with the C library of that folder.

# use_mysql: starts a MySQL of our own, and exports TEST_MYSQL_URL. Fails if it cannot be had.
use_mysql() {
  if [[ -n ${TEST_MYSQL_URL:-} ]] && answers "$TEST_MYSQL_URL" 3306; then
    say 'MySQL: using TEST_MYSQL_URL'
    return
  fi
  unset TEST_MYSQL_URL
  local port server root=$work/mysql-root data=$memory/mysql
  local -a mysqld=()
  retry unpack_from_unstable "$root" mysql-server-core || return 1
  mysql_command
  mkdir "$data" || return 1
  if ((EUID == 0)); then
    mysqld+=(--user=mysql)
    chown mysql "$data"
    # It runs as another user.
    chmod 755 "$work"
  fi
  "${mysqld[@]}" --initialize-insecure >"$work/MySQL.log" 2>&1 || { tail -n 20 "$work/MySQL.log"; return 1; }
  start_on_port MySQL start_mysql || return 1
  export TEST_MYSQL_URL=mysql://root@127.0.0.1:$port
}

# mysql_command: sets $mysqld to the command with the options that it always needs.
mysql_command() {
  local libraries share=$root/usr/share/mysql
  libraries=$(dirname "$root"/usr/lib/*/libc.so.6)
  mysqld=("$libraries"/ld-linux-*.so.* --library-path "$libraries" "$root/usr/sbin/mysqld" --no-defaults
    --basedir="$root/usr" --datadir="$data/data" --plugin-dir="$root/usr/lib/mysql/plugin" --lc-messages-dir="$share"
    --character-sets-dir="$share/charsets" --secure-file-priv=NULL)
}

start_mysql() {
  # The data is thrown away, so nothing waits for the disk.
  "${mysqld[@]}" --socket="$data/socket" --pid-file="$data/pid" --bind-address=127.0.0.1 --port="$1" --mysqlx=OFF \
    --skip-log-bin --max-connections=500 --performance-schema=OFF --innodb-flush-log-at-trx-commit=0 \
    --innodb-doublewrite=OFF --innodb-flush-method=nosync --sync-binlog=0 >>"$work/MySQL.log" 2>&1 &
  server=$!
  # It opens its socket after its port, so one that answers on the socket in our folder listens on the port as well.
  wait_for "$server" test -S "$data/socket"
}

# unpack_from_unstable <folder> <package>: unpacks a package of Debian unstable and its dependencies, without installing them.
# apt checks the signatures as always; its state for unstable is kept apart.
unpack_from_unstable() {
  local apt=$work/apt-unstable package
  rm -rf "$apt" "$1"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$1" && touch "$apt/status" || return 1
  echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian unstable main' \
    >"$apt/sources.list"
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
APT::Sandbox::User "root";
CONF
  APT_CONFIG=$apt/apt.conf apt-get -qq update &&
    APT_CONFIG=$apt/apt.conf apt-get -qq install --yes --no-install-recommends --download-only "$2" >/dev/null || return 1
  for package in "$apt"/cache/archives/*.deb; do dpkg-deb --extract "$package" "$1" || return 1; done
  rm -rf "$apt"
}

# test_on_mysql: the suites that depend most on the database. The others run on it with TEST_MYSQL_URL and `npm test`.
test_on_mysql() {
  TEST_REQUIRE=mysql node scripts/test.mjs test/database test/connections/refresh test/connections/import test/connections/revocation/epochs test/leaks/database \
    test/audit test/vault/rotation test/sign-ins/list test/start/restore --selectProjects mysql
}
