# Checks the files of deploy/ with the programs that read them. Sourced by .ci/run after .ci/lib.sh.

# check_deployment: fails if a file is invalid.
check_deployment() {
  local status=0
  check_nginx || status=1
  check_kubernetes || status=1
  # systemd is not in every container; caddy is not installed for this alone.
  if command -v systemd-analyze >/dev/null; then check_systemd || status=1; fi
  if command -v caddy >/dev/null; then caddy validate --config deploy/caddy/Caddyfile --adapter caddyfile || status=1; fi
  return "$status"
}

# check_nginx: `nginx -t` for the server with the replicas of one machine and with those of Compose.
check_nginx() {
  local folder=$work/nginx upstream status=0
  mkdir -p "$folder"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=countersign.example \
    -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
  # Another server may have the ports, and names of Compose mean nothing here.
  sed "/listen \[::\]/d; s#/etc/nginx/certificates#$folder#; s/listen 80;/listen 127.0.0.1:$(random_port);/
    s/listen 443 /listen 127.0.0.1:$(random_port) /" deploy/nginx/countersign.conf >"$folder/countersign.conf"
  for upstream in deploy/nginx/upstream.conf deploy/compose/upstream.conf; do
    sed 's/countersign-\([0-9]\):3000/127.0.0.1:300\1/' "$upstream" >"$folder/upstream.conf"
    printf '%s\n' "pid $folder/pid;" 'events {}' \
      "http { include $folder/upstream.conf; include $folder/countersign.conf; }" >"$folder/nginx.conf"
    PATH="$PATH:/usr/sbin" nginx -t -q -e "$folder/error.log" -c "$folder/nginx.conf" || status=1
  done
  return "$status"
}

# check_systemd: with a program that is there in place of Node, and another folder.
check_systemd() {
  sed 's#/usr/bin/node#/bin/true#; s#/opt/countersign#/#' deploy/systemd/countersign.service >"$work/countersign.service"
  systemd-analyze verify "$work/countersign.service"
}

# check_kubernetes: the published schemas need Node 22.
check_kubernetes() {
  local machine=x64 folder=$work/node-for-kubernetes
  [[ $(uname -m) == aarch64 ]] && machine=arm64
  retry npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel error "node-linux-$machine@22" &&
    retry npm ci --prefix .ci/kubernetes --no-audit --no-fund --loglevel error --engine-strict=false &&
    "$folder/node_modules/node-linux-$machine/bin/node" .ci/kubernetes/validate.mjs
}
