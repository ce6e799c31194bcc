#!/bin/bash
# subscribe.sh start|stop|publish TOPIC MESSAGE - the plant's own program: mosquitto_sub with a
# persistent session, in the machine where this runs. It takes up its session again when the broker
# comes back, and so it does after "stop" and "start". "publish" says something itself, once.
#
# Settings:
#   BROKER_ADDRESS       the broker                                       [10.98.0.1]
#   SUBSCRIBER_NAME      its client identifier and the name of its files  [plant]
#   SUBSCRIBER_PASSWORD  the password of the user "plant"                 [s3cret]
#   SUBSCRIBER_TOPIC     what it wants                                    [plant/#]
# /out/broker/NAME.log gets a line for each message: time retained topic octets-in-hex.
name=${SUBSCRIBER_NAME:-plant}
folder=/out/broker
pid=$folder/$name.pid

# options PROGRAM: both read such a file, so that the password is in no command line.
options() {
  mkdir -p "/run/$name"
  printf '%s\n' "-h ${BROKER_ADDRESS:-10.98.0.1}" "-u plant" "-P ${SUBSCRIBER_PASSWORD:-s3cret}" \
    >"/run/$name/$1"
  chmod 600 "/run/$name/$1"
}

start() {
  [ -e "$pid" ] && kill -0 "$(<"$pid")" 2>/dev/null && return
  options mosquitto_sub
  XDG_CONFIG_HOME=/run/$name mosquitto_sub -i "$name" -c -q 1 -k 10 \
    -t "${SUBSCRIBER_TOPIC:-plant/#}" -F '%U %r %t %x' \
    </dev/null >>"$folder/$name.log" 2>>"$folder/$name-errors.log" 3>&- &
  echo $! >"$pid"
}

stop() {
  kill "$(<"$pid")"
  for _ in $(seq 250); do
    kill -0 "$(<"$pid")" 2>/dev/null || { rm "$pid"; return; }
    sleep 0.02
  done
  return 1
}

publish() {
  options mosquitto_pub
  XDG_CONFIG_HOME=/run/$name mosquitto_pub -q 1 -t "$1" -m "$2"
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  publish) publish "$2" "$3" ;;
  *) echo "subscribe.sh start|stop|publish TOPIC MESSAGE" >&2; exit 2 ;;
esac
