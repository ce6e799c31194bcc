# services.pl [ADDRESS] - what the programs in a guest and the tests talk to, in one small process
# (perl-base has all it needs):
#   /dev/log       the system log, written to /out/syslog.log
#   ADDRESS:7/udp  sends every datagram back
#   ADDRESS:9/udp  swallows; /out/sink.log gets a line each: time source:port length octets-in-hex
use strict;
use warnings;
use Socket;
use IO::Select;

# gettimeofday(2) by number: Time::HiRes is not in perl-base.
sub now {
    my $timeval = pack 'q2', 0, 0;
    syscall 96, $timeval, 0;
    return sprintf '%d.%06d', unpack 'q2', $timeval;
}

sub log_file {
    my ($name) = @_;
    open my $file, '>>', $name or die "$name: $!";
    $file->autoflush(1);
    return $file;
}

sub udp {
    my ($address, $port) = @_;
    socket my $socket, AF_INET, SOCK_DGRAM, 0 or die "socket: $!";
    setsockopt $socket, SOL_SOCKET, SO_RCVBUF, pack 'i', 1 << 22;
    bind $socket, sockaddr_in($port, inet_aton $address) or die "udp port $port: $!";
    return $socket;
}

my ($address) = @ARGV;
my %serve;
my $select = IO::Select->new;

if (defined $address) {
    my $echo = udp($address, 7);
    $serve{fileno $echo} = sub { my ($octets, $from) = @_; send $echo, $octets, 0, $from };
    $select->add($echo);

    my $sink = udp($address, 9);
    my $sink_log = log_file('/out/sink.log');
    $serve{fileno $sink} = sub {
        my ($octets, $from) = @_;
        my ($port, $source) = sockaddr_in $from;
        printf $sink_log "%s %s:%d %d %s\n",
            now(), inet_ntoa($source), $port, length $octets, unpack 'H*', $octets;
    };
    $select->add($sink);
}

# Last, because the guest takes /dev/log for the sign that all of this is ready.
unlink '/dev/log';
socket my $syslog, AF_UNIX, SOCK_DGRAM, 0 or die "socket: $!";
my $log = log_file('/out/syslog.log');
$serve{fileno $syslog} = sub {
    my ($text) = @_;
    $text =~ s/^<\d+>(\w+ +\d+ [\d:]+ )?//;
    $text =~ s/[\0\n]+$//;
    printf $log "%s %s\n", now(), $text;
};
bind $syslog, sockaddr_un('/dev/log') or die "/dev/log: $!";
chmod 0666, '/dev/log';
$select->add($syslog);

while (1) {
    for my $socket ($select->can_read) {
        my $from = recv $socket, my $octets, 65536, 0;
        $serve{fileno $socket}->($octets, $from) if defined $from;
    }
}
