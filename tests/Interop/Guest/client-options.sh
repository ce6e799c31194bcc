#!/bin/bash
# What a client dials with: pppd's options in /etc/ppp/peers/hub, and its secrets. Read by client.sh,
# and by tests again, with other settings, before they dial anew.
#
# Settings:
#   CLIENT_SERVER    address of the server                               [10.99.0.2]
#   CLIENT_USER      who it is                                           [sensor1]
#   CLIENT_PASSWORD  and what proves it                                  [s3cret]
#   CLIENT_AUTH      it agrees to mschap-v2, mschap, chap, pap (several with blanks) [mschap-v2]
#   CLIENT_MPPE      128, 40, any or none                                [128]
#   CLIENT_MTU       MTU and MRU of the tunnel                           [1400]
#   CLIENT_EXTRA     further options of pppd, separated by ';'
{
  echo "pty \"pptp ${CLIENT_SERVER:-10.99.0.2} --nolaunchpppd --nohostroute --loglevel 2\""
  echo "name \"${CLIENT_USER:-sensor1}\""
  printf '%s\n' noauth lock nobsdcomp nodeflate novj novjccomp noipv6 nodefaultroute debug dump
  echo "logfile /out/pppd.log"
  printf '%s\n' "mtu ${CLIENT_MTU:-1400}" "mru ${CLIENT_MTU:-1400}"
  for method in eap pap chap mschap mschap-v2; do
    case " ${CLIENT_AUTH:-mschap-v2} " in
      *" $method "*) ;;
      *) echo "refuse-$method" ;;
    esac
  done
  case ${CLIENT_MPPE:-128} in
    none) echo nomppe ;;
    any) echo require-mppe ;;
    *) echo "require-mppe-${CLIENT_MPPE:-128}" ;;
  esac
  tr ';' '\n' <<<"${CLIENT_EXTRA:-}"
} >/run/hub-options
mkdir -p /etc/ppp/peers /run/pptp
mv /run/hub-options /etc/ppp/peers/hub

printf '"%s" * "%s" *\n' "${CLIENT_USER:-sensor1}" "${CLIENT_PASSWORD:-s3cret}" \
  >/etc/ppp/chap-secrets
cp /etc/ppp/chap-secrets /etc/ppp/pap-secrets
chmod 600 /etc/ppp/*-secrets
