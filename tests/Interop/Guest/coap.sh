#!/bin/bash
# coap.sh start|stop - libcoap's coap-server in the machine where this runs. It makes a resource of
# every path that something is posted to, keeps the last thing posted, and writes each message it
# gets and each answer it gives to /out/coap.log: a line of the header and the options, and one of
# the payload's octets in hex.
#
# Settings:
#   COAP_ADDRESS  where it listens, port 5683               [10.98.0.1]
#   COAP_LOSS     answers that it does not send, like "20%" [none]
case ${1:-} in
  start)
    [ -e /run/coap.pid ] && kill -0 "$(</run/coap.pid)" 2>/dev/null && exit
    # Debian installs it once for each library of TLS; this one has none. Its output would wait in
    # its buffer for the next message.
    stdbuf -oL coap-server-notls -A "${COAP_ADDRESS:-10.98.0.1}" -p 5683 -d 100 -v 7 \
      ${COAP_LOSS:+-l "$COAP_LOSS"} </dev/null >>/out/coap.log 2>&1 3>&- &
    echo $! >/run/coap.pid
    # 1633 is port 5683.
    for _ in $(seq 250); do
      grep -q ':1633 ' /proc/net/udp && exit
      sleep 0.02
    done
    exit 1
    ;;
  stop) kill "$(</run/coap.pid)" ;;
  *) echo "coap.sh start|stop" >&2; exit 2 ;;
esac
