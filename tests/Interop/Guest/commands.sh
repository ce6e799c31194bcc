#!/bin/bash
# How the host runs commands in a machine of the bench. Read by init.sh and plant.sh.

# A read with a time limit from a pipe nobody writes to sleeps without starting a process.
mkfifo /run/never
exec 3<>/run/never
pause() {
  read -r -t "$1" -u 3
}

# The host puts a script at /out/command; the answer is /out/output, then /out/status.
serve_commands() {
  while [ "$SECONDS" -lt "$LIFETIME" ]; do
    if [ -e /out/command ]; then
      mv /out/command /run/command
      bash /run/command >/out/output 2>&1 3>&-
      echo $? >/out/status.new
      mv /out/status.new /out/status
    fi
    pause 0.05
  done
}
