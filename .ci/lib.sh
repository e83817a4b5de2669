# What .ci/run is made of. Sourced, not run. Expects $work, a fresh folder of its own.

declare -a started=()
work=

say() { echo "== $*"; }

# step <what it is> <command...>: says it in one line, then does it.
step() {
  say "$1"
  "${@:2}"
}

# install_packages <program>:<package>...: installs the packages whose programs are not there.
install_packages() {
  local pair missing=()
  for pair in "$@"; do
    # Debian keeps servers in /usr/sbin, which is not on everybody's PATH.
    PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  if ((${#missing[@]} == 0)); then
    say 'Debian packages: all there'
    return
  fi
  say "Debian packages: installing ${missing[*]}"
  without_services apt-get -qq update
  without_services apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
}

# Runs apt-get so that what it installs does not start as a system service, and puts things back as they were.
without_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    DEBIAN_FRONTEND=noninteractive "$@" || status=$?
    rm -f "$policy"
    return "$status"
  fi
  DEBIAN_FRONTEND=noninteractive "$@"
}

# A port of 127.0.0.1 that is free now.
free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => {
    console.log(s.address().port);
    s.close();
  });'
}

# wait_for <what> <log> <process id> <command...>: until the command succeeds; gives up when the process ends or after 60 s.
wait_for() {
  local what=$1 log=$2 process=$3 end=$((SECONDS + 60))
  until "${@:4}" >/dev/null 2>&1; do
    if ((SECONDS > end)) || ! kill -0 "$process" 2>/dev/null; then
      say "$what did not start:"
      tail -n 20 "$log"
      return 1
    fi
    sleep 0.2
  done
}

# answers <url> <port if it names none>: something listens there.
answers() {
  node -e 'const { hostname, port } = new URL(process.argv[1]);
    const socket = require("node:net").connect({ host: hostname, port: port || process.argv[2], timeout: 2000 });
    const end = (status) => process.exit(status);
    socket.on("connect", () => end(0)).on("error", () => end(1)).on("timeout", () => end(1));' "$1" "$2"
}

use_mariadb() {
  if [[ -n ${TEST_MARIADB_URL:-} ]] && answers "$TEST_MARIADB_URL" 3306; then
    say 'MariaDB: the one that TEST_MARIADB_URL names'
    return
  fi
  local port data=$work/mariadb log=$work/mariadb.log
  local -a as=()
  port=$(free_port)
  mkdir "$data"
  # MariaDB does not run as root unless it is told a user, and that user must own the folder.
  if ((EUID == 0)); then
    as=(--user=mysql)
    chown mysql "$data"
  fi
  say "MariaDB: starting one on 127.0.0.1:$port"
  mariadb-install-db --no-defaults "${as[@]}" --datadir="$data" --auth-root-authentication-method=normal \
    --skip-test-db >"$log" 2>&1 || { tail -n 20 "$log"; return 1; }
  # Durability is for data that someone wants back.
  PATH="$PATH:/usr/sbin" mariadbd --no-defaults "${as[@]}" --datadir="$data" --socket="$data/socket" \
    --pid-file="$data/pid" --bind-address=127.0.0.1 --port="$port" --skip-networking=OFF --skip-log-bin \
    --max-connections=500 --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=OFF --sync-binlog=0 \
    --character-set-server=utf8mb4 --log-error="$log" >>"$log" 2>&1 &
  started+=($!)
  wait_for MariaDB "$log" $! mariadb-admin --no-defaults --protocol=tcp --host=127.0.0.1 --port="$port" --user=root ping
  local password
  password=$(node -p 'crypto.randomBytes(16).toString("hex")')
  mariadb --no-defaults --socket="$data/socket" --user=root \
    --execute="ALTER USER root@'127.0.0.1' IDENTIFIED BY '$password'; ALTER USER root@localhost IDENTIFIED BY '$password';"
  export TEST_MARIADB_URL=mysql://root:$password@127.0.0.1:$port
}

use_redis() {
  if [[ -n ${TEST_REDIS_URL:-} ]] && answers "$TEST_REDIS_URL" 6379; then
    say 'Redis: the one that TEST_REDIS_URL names'
    return
  fi
  local port log=$work/redis.log
  port=$(free_port)
  say "Redis: starting one on 127.0.0.1:$port"
  redis-server --bind 127.0.0.1 --port "$port" --dir "$work" --save '' --appendonly no >"$log" 2>&1 &
  started+=($!)
  wait_for Redis "$log" $! redis-cli -h 127.0.0.1 -p "$port" ping
  export TEST_REDIS_URL=redis://127.0.0.1:$port
}

# Ends what was started here, by process id, and removes its files.
end_services() {
  local status=$? process
  trap - EXIT
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  for process in "${started[@]}"; do wait "$process" 2>/dev/null || true; done
  [[ -z $work ]] || rm -rf "$work"
  exit "$status"
}
