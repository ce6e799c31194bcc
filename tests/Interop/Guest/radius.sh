#!/bin/bash
# FreeRADIUS on the guest's own loopback interface, and what pppd's plugin radius.so needs to ask it.
# Read once in a guest, before a hub with HUB_RADIUS=1 listens. Returns when the server answers.
#
# Settings:
#   RADIUS_USERS  name:password[:address], several separated by ';'   [sensor1:s3cret]
# /out/radius.log is the server's debug log: it holds the keys that the server gave for MPPE.
raddb=/run/raddb
secret=between-the-two
mkdir -p "$raddb" /run/freeradius

tr ';' '\n' <<<"${RADIUS_USERS:-sensor1:s3cret}" | while IFS=: read -r user password address; do
  printf '"%s" Cleartext-Password := "%s"\n' "$user" "$password"
  [ -z "$address" ] || printf '  Framed-IP-Address = %s\n' "$address"
done >"$raddb/users"

# The parser wants one statement a line.
cat >"$raddb/radiusd.conf" <<CONF
name = radius
libdir = /usr/lib/freeradius
run_dir = /run/freeradius
logdir = /out
security {
  reject_delay = 0
}
client pppd {
  ipaddr = 127.0.0.1
  secret = $secret
  require_message_authenticator = no
}
modules {
  files {
    usersfile = $raddb/users
  }
  mschap {
    use_mppe = yes
    require_encryption = yes
  }
  chap {
  }
  pap {
  }
  always ok {
    rcode = ok
  }
}
server hub {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = 1812
  }
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = 1813
  }
  authorize {
    mschap
    chap
    files
    pap
  }
  authenticate {
    Auth-Type MS-CHAP {
      mschap
    }
    Auth-Type CHAP {
      chap
    }
    Auth-Type PAP {
      pap
    }
  }
  accounting {
    ok
  }
}
CONF
echo "\$INCLUDE /usr/share/freeradius/dictionary" >"$raddb/dictionary"

# The plugin brings its own client. Debian ships none of the files that it reads.
cat >/etc/radiusclient.conf <<'CONF'
auth_order radius
login_tries 1
login_timeout 10
authserver 127.0.0.1:1812
acctserver 127.0.0.1:1813
servers /etc/radiusclient.servers
dictionary /etc/radiusclient.dictionary
mapfile /etc/radiusclient.map
seqfile /run/radius.seq
login_radius /bin/true
login_local /bin/false
nologin /etc/nologin
issue /etc/issue
default_realm
radius_timeout 5
radius_retries 1
CONF
echo "127.0.0.1 $secret" >/etc/radiusclient.servers
chmod 600 /etc/radiusclient.servers
: >/etc/radiusclient.map

{
  while read -r number type name; do
    echo "ATTRIBUTE $name $number $type"
  done <<'STANDARD'
1 string User-Name
2 string Password
3 string CHAP-Password
4 ipaddr NAS-IP-Address
5 integer NAS-Port-Id
6 integer Service-Type
7 integer Framed-Protocol
8 ipaddr Framed-IP-Address
9 ipaddr Framed-IP-Netmask
12 integer Framed-MTU
18 string Reply-Message
25 string Class
27 integer Session-Timeout
28 integer Idle-Timeout
31 string Calling-Station-Id
32 string NAS-Identifier
40 integer Acct-Status-Type
41 integer Acct-Delay-Time
42 integer Acct-Input-Octets
43 integer Acct-Output-Octets
44 string Acct-Session-Id
45 integer Acct-Authentic
46 integer Acct-Session-Time
47 integer Acct-Input-Packets
48 integer Acct-Output-Packets
49 integer Acct-Terminate-Cause
60 string CHAP-Challenge
61 integer NAS-Port-Type
77 string Connect-Info
STANDARD
  echo "VENDOR Microsoft 311"
  while read -r number type name; do
    echo "ATTRIBUTE $name $number $type Microsoft"
  done <<'MICROSOFT'
1 string MS-CHAP-Response
2 string MS-CHAP-Error
7 integer MS-MPPE-Encryption-Policy
8 integer MS-MPPE-Encryption-Types
11 string MS-CHAP-Challenge
12 string MS-CHAP-MPPE-Keys
16 string MS-MPPE-Send-Key
17 string MS-MPPE-Recv-Key
25 string MS-CHAP2-Response
26 string MS-CHAP2-Success
MICROSOFT
} >/etc/radiusclient.dictionary

freeradius -d "$raddb" -X >/out/radius.log 2>&1 3>&- &
tries=100
until grep -q 'Ready to process' /out/radius.log; do
  [ $((tries--)) -gt 0 ] || break
  kill -0 $! || break
  sleep 0.05
done
grep -q 'Ready to process' /out/radius.log
