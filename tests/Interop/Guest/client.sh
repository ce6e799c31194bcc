#!/bin/bash
# The role of a client: pppd and pptp-linux, set up to dial. Read by init.sh.
# "pppd call hub updetach" dials and returns when the tunnel is up, or says why it is not.
#
# Its settings are those of client-options.sh.
#
# shellcheck source=/dev/null
. /guest/client-options.sh

perl /guest/services.pl >/out/services.log 2>&1 3>&- &
for _ in $(seq 200); do
  [ -S /dev/log ] && break
  pause 0.02
done
