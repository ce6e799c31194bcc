#!/bin/bash
# broker.sh start|stop|kill|pause|resume - mosquitto in the machine where this runs, with a
# persistent memory. "start" returns when it listens, and may follow "stop" (SIGTERM: it writes down
# what it has) and "kill" (SIGKILL). Who "pause"s it keeps its connections, but it answers nothing.
#
# Settings, for "start":
#   BROKER_ADDRESS  where it listens, port 1883                       [10.98.0.1]
#   BROKER_USERS    name:password, several separated by ';'           [sensor1:s3cret;plant:s3cret]
# Everything it writes is in /out/broker: its log is broker.log, its memory mosquitto.db.
folder=/out/broker

running() {
  [ -e "$folder/pid" ] && kill -0 "$(<"$folder/pid")" 2>/dev/null
}

ended() {
  for _ in $(seq 250); do
    running || { rm "$folder/pid"; return; }
    sleep 0.02
  done
  return 1
}

start() {
  local address=${BROKER_ADDRESS:-10.98.0.1} a b c d socket
  running && return
  mkdir -p "$folder"
  touch "$folder/users"
  chmod 600 "$folder/users"
  tr ';' '\n' <<<"${BROKER_USERS:-sensor1:s3cret;plant:s3cret}" >"$folder/users"
  mosquitto_passwd -U "$folder/users" || return
  # Queues without an end: a subscriber that is away misses nothing. What changes is written down
  # at once, so that a broker that is killed has lost little.
  printf '%s\n' "listener 1883 $address" "user root" "allow_anonymous false" \
    "password_file $folder/users" "persistence true" "persistence_location $folder/" \
    "autosave_on_changes true" "autosave_interval 1" "max_queued_messages 0" \
    "max_inflight_messages 0" "log_dest file $folder/broker.log" "log_type all" \
    >"$folder/mosquitto.conf"
  mosquitto -c "$folder/mosquitto.conf" </dev/null >"$folder/errors.log" 2>&1 3>&- &
  echo $! >"$folder/pid"

  # 075B is port 1883, 0A is the state LISTEN; see listen.sh.
  IFS=. read -r a b c d <<<"$address"
  socket=$(printf '%02X%02X%02X%02X:075B 00000000:0000 0A' "$d" "$c" "$b" "$a")
  for _ in $(seq 250); do
    grep -q "$socket" /proc/net/tcp && return
    running || break
    sleep 0.02
  done
  cat "$folder/errors.log"
  return 1
}

signal() {
  kill "-$1" "$(<"$folder/pid")"
}

case ${1:-} in
  start) start ;;
  stop) signal TERM && ended ;;
  kill) signal KILL && ended ;;
  pause) signal STOP ;;
  resume) signal CONT ;;
  *) echo "broker.sh start|stop|kill|pause|resume" >&2; exit 2 ;;
esac
