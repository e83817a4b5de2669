# Functions of .ci/run. Sourced, not run. They keep logs in $work and data in $memory, which .ci/run creates and clean_up removes.

declare -a started=() queued=() descriptions=() failures=()
work= memory= queue=

say() { echo "== $*"; }

# step <description> <command...>: prints the description, then runs the command.
step() {
  say "$1"
  "${@:2}"
}

# enqueue <description> <command...>: a command for run_queue. It may use $work, and must not build: suites use what is built.
enqueue() {
  local command
  printf -v command '%q ' "${@:2}"
  descriptions+=("$1")
  queued+=("$command")
}

# start_queue: runs the queue beside what follows, one command after another, with low priority.
start_queue() {
  run_queue &
  queue=$!
}

run_queue() {
  local index start status running=
  trap - EXIT
  trap 'kill "$running" 2>/dev/null; exit 143' TERM
  renice -n 10 -p "$BASHPID" >/dev/null
  for index in "${!queued[@]}"; do
    start=$SECONDS status=0
    eval "${queued[index]}" >"$work/job-$index.log" 2>&1 &
    running=$!
    wait "$running" || status=$?
    echo "$status" >"$work/job-$index.status"
    echo "-- $((SECONDS - start)) s" >>"$work/job-$index.log"
  done
}

# finish_queue: waits for the queue, prints the output of each command as a block, and remembers those that failed.
finish_queue() {
  local index
  wait "$queue" || true
  queue=
  for index in "${!queued[@]}"; do
    say "${descriptions[index]}"
    cat "$work/job-$index.log"
    [[ $(cat "$work/job-$index.status") == 0 ]] || failures+=("${descriptions[index]}")
  done
}

# install_packages <program>:<package>...: installs the Debian packages whose programs are missing.
install_packages() {
  local pair missing=()
  for pair in "$@"; do
    # Debian keeps servers in /usr/sbin, which may not be on the PATH.
    PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  install_missing "${missing[@]}"
}

# install_libraries <package>...: installs the Debian packages that are missing and have no programs.
install_libraries() {
  local package missing=()
  for package in "$@"; do
    [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  install_missing "${missing[@]}"
}

# install_missing [package]...
install_missing() {
  if (($# == 0)); then
    say 'Debian packages: all installed'
    return
  fi
  say "Debian packages: installing $*"
  without_services apt-get -qq update
  without_services apt-get -qq install --yes --no-install-recommends "$@" >/dev/null
}

# without_services <command...>: keeps apt-get from starting the services that it installs.
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

# scratch_folder: creates a folder, in memory if 2 GB are free there, else on disk.
scratch_folder() {
  local free
  free=$(df --output=avail --block-size=1M /dev/shm 2>/dev/null | tail -n 1) || free=0
  if ((free >= 2048)); then mktemp -d -p /dev/shm; else mktemp -d; fi
}

# random_port: prints a port below those that the system hands out, so that only another server can have it.
random_port() { echo $((20000 + (RANDOM << 15 | RANDOM) % 12000)); }

# start_on_port <what> <function>: calls the function with one port after another until its server listens there.
# The function starts the server as a child, sets $server to its process id, and waits until that very server answers.
start_on_port() {
  local what=$1 attempt
  for attempt in 1 2 3 4 5; do
    port=$(random_port)
    if "$2" "$port"; then
      say "$what: started on 127.0.0.1:$port"
      started+=("$server")
      return
    fi
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    grep -qi 'address already in use' "$work/$what.log" || break
  done
  say "$what did not start:"
  tail -n 20 "$work/$what.log"
  return 1
}

# wait_for <process id> <command...>: until the command succeeds. Fails when the process ends, or after 60 s.
wait_for() {
  local process=$1 end=$((SECONDS + 60))
  until "${@:2}" >/dev/null 2>&1; do
    if ((SECONDS > end)) || ! kill -0 "$process" 2>/dev/null; then return 1; fi
    sleep 0.2
  done
}

# answers <url> <default port>: succeeds if a server listens there.
answers() {
  node -e 'const { hostname, port } = new URL(process.argv[1]);
    const socket = require("node:net").connect({ host: hostname, port: port || process.argv[2], timeout: 2000 });
    const end = (status) => process.exit(status);
    socket.on("connect", () => end(0)).on("error", () => end(1)).on("timeout", () => end(1));' "$1" "$2"
}

use_mariadb() {
  if [[ -n ${TEST_MARIADB_URL:-} ]] && answers "$TEST_MARIADB_URL" 3306; then
    say 'MariaDB: using TEST_MARIADB_URL'
    return
  fi
  local port server password data=$memory/mariadb
  local -a as=()
  mkdir "$data"
  # As root, MariaDB runs only if it is given another user, who must own the folder.
  if ((EUID == 0)); then
    as=(--user=mysql)
    chown mysql "$data"
  fi
  mariadb-install-db --no-defaults "${as[@]}" --datadir="$data" --auth-root-authentication-method=normal \
    --skip-test-db >"$work/MariaDB.log" 2>&1 || { tail -n 20 "$work/MariaDB.log"; return 1; }
  start_on_port MariaDB start_mariadb
  password=$(node -p 'crypto.randomBytes(16).toString("hex")')
  mariadb --no-defaults --socket="$data/socket" --user=root \
    --execute="ALTER USER root@'127.0.0.1' IDENTIFIED BY '$password'; ALTER USER root@localhost IDENTIFIED BY '$password';"
  export TEST_MARIADB_URL=mysql://root:$password@127.0.0.1:$port
}

# It opens its socket after its port, so one that answers on the socket in our folder listens on the port as well.
start_mariadb() {
  # The data is thrown away, so nothing waits for the disk.
  PATH="$PATH:/usr/sbin" mariadbd --no-defaults "${as[@]}" --datadir="$data" --socket="$data/socket" \
    --pid-file="$data/pid" --bind-address=127.0.0.1 --port="$1" --skip-networking=OFF --skip-log-bin \
    --max-connections=500 --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=OFF --innodb-flush-method=nosync \
    --sync-binlog=0 --character-set-server=utf8mb4 --log-error="$work/MariaDB.log" >>"$work/MariaDB.log" 2>&1 &
  server=$!
  wait_for "$server" mariadb-admin --no-defaults --socket="$data/socket" --user=root ping
}

use_redis() {
  if [[ -n ${TEST_REDIS_URL:-} ]] && answers "$TEST_REDIS_URL" 6379; then
    say 'Redis: using TEST_REDIS_URL'
    return
  fi
  local port server
  start_on_port Redis start_redis
  export TEST_REDIS_URL=redis://127.0.0.1:$port
}

start_redis() {
  redis-server --bind 127.0.0.1 --port "$1" --dir "$memory" --save '' --appendonly no >"$work/Redis.log" 2>&1 &
  server=$!
  wait_for "$server" redis_is_ours "$1" "$server"
}

# redis_is_ours <port> <process id>: another Redis may have the port.
redis_is_ours() { redis-cli -h 127.0.0.1 -p "$1" info server | tr -d '\r' | grep -qx "process_id:$2"; }

# retry <command...>: runs the command again if it fails, twice at most.
retry() {
  local attempt
  for attempt in 1 2 3; do
    "$@" && return
    sleep $((attempt * 5))
  done
  return 1
}

# build_previous: builds the commit that .ci/previous.json names, and exports its dist as TEST_PREVIOUS_BUILD.
build_previous() {
  local commit folder=$work/previous
  commit=$(node -p 'require("./.ci/previous.json").commit')
  git cat-file -e "$commit^{commit}" 2>/dev/null || retry git fetch --quiet --depth 1 origin "$commit" ||
    { say "the previous commit $commit cannot be fetched"; return 1; }
  mkdir "$folder"
  git archive "$commit" | tar -x -C "$folder"
  # The console is not needed.
  (
    cd "$folder" &&
      retry npm ci --no-audit --no-fund --loglevel error &&
      npm run --silent build --workspace @countersign/openapi &&
      npx tsc -p tsconfig.build.json &&
      node scripts/copy-assets.mjs
  ) || return 1
  export TEST_PREVIOUS_BUILD=$folder/dist
}

# install_node <major version>: installs another version of Node, unless it was installed before, and sets $node to its path.
install_node() {
  local folder=$work/node$1 machine=x64
  [[ $(uname -m) == aarch64 ]] && machine=arm64
  node=$folder/node_modules/node-linux-$machine/bin/node
  if [[ ! -x $node ]]; then
    mkdir -p "$folder"
    # The registry's network fails now and then.
    retry npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel error "node-linux-$machine@$1" || return 1
  fi
  "$node" --version
}

# test_on_node <major version>: runs the unit suites and the demo on another version of Node.
test_on_node() {
  local node
  install_node "$1" || return 1
  # Without a browser, for which the console would be built again.
  TEST_REQUIRE='' TEST_CHROMIUM=/nonexistent "$node" scripts/test.mjs --selectProjects unit --maxWorkers 1 --reporters summary
  "$node" dist/examples/demo/main.js --exit
}

# run_chat_examples: installs, type-checks and runs examples/chat. The clients of some vendors need Node 22.
run_chat_examples() {
  local node
  install_node 22 || return 1
  cd examples/chat
  retry timeout 90 npm ci --no-audit --no-fund --loglevel error || return 1
  timeout 60 npm run --silent check || return 1
  timeout 60 "$node" main.mjs
}

# check_mcp_clients: installs and runs examples/mcp-clients. Some of the clients need Node 22.
check_mcp_clients() {
  local node
  install_node 22 || return 1
  cd examples/mcp-clients
  retry timeout 180 npm ci --ignore-scripts --no-audit --no-fund --loglevel error || return 1
  timeout 450 "$node" main.mjs
}

# clean_up: stops what was started here, by process id, and removes its files.
clean_up() {
  local status=$? process
  trap - EXIT
  for process in $queue "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  for process in $queue "${started[@]}"; do wait "$process" 2>/dev/null || true; done
  [[ -z $work ]] || rm -rf "$work"
  [[ -z $memory ]] || rm -rf "$memory"
  exit "$status"
}
