# line-watch.pl DEVICE HUB - watches the line to a hub and prints what matters for the way up, a line each:
#   seconds syn CLIENT                  a client's first TCP packet to port 1723
#   seconds IPCP DIRECTION CODE CLIENT  a packet of IPCP, DIRECTION up (from the client) or down
# DEVICE is the hub's own link: all that it gets and sends passes there. Perl's base is enough; root is
# needed. It runs until it is killed.
use strict;
use warnings;
use Socket;

my ($device, $hub) = @ARGV;
$| = 1;

# gettimeofday(2) by number: Time::HiRes is not in perl-base.
sub now {
    my $timeval = pack 'q2', 0, 0;
    syscall 96, $timeval, 0;
    return sprintf '%d.%06d', unpack 'q2', $timeval;
}

# AF_PACKET 17: packets from the IP header on. Protocol 3 is all of them: with 0x0800 what leaves would
# not be shown. sockaddr_ll has the device's index.
open my $file, '<', "/sys/class/net/$device/ifindex" or die "$device: $!";
my $index = <$file>;
socket my $line, 17, SOCK_DGRAM, unpack 'n', pack 'S', 3 or die "socket: $!";
bind $line, pack 'SnlSCCa8', 17, 3, $index, 0, 0, 0, '' or die "bind: $!";
print "ready\n";

while (defined recv $line, my $packet, 2048, 0) {
    next if length $packet < 34 || ord($packet) >> 4 != 4;
    my $header = (ord($packet) & 15) * 4;
    my $protocol = ord substr $packet, 9, 1;
    my $from = inet_ntoa substr $packet, 12, 4;
    my $to = inet_ntoa substr $packet, 16, 4;
    next if $from ne $hub && $to ne $hub;
    my $time = now();
    if ($protocol == 6) {
        my ($port, $flags) = unpack 'x2 n x9 C', substr $packet, $header, 14;
        print "$time syn $from\n" if $port == 1723 && ($flags & 0x12) == 2;
        next;
    }
    next if $protocol != 47;
    my ($bits) = unpack 'n', substr $packet, $header, 2;
    next unless $bits & 0x1000;
    my $ppp = substr $packet, $header + ($bits & 0x0080 ? 16 : 12);
    $ppp =~ s/^\xff\x03//;
    next if length $ppp < 6;
    my ($number, $code) = unpack 'n C', $ppp;
    next if $number != 0x8021;
    print "$time IPCP ", ($to eq $hub ? "up $code $from" : "down $code $to"), "\n";
}
