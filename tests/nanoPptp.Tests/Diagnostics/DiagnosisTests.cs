// The first cause of trouble stays.

using nanoPptp.Diagnostics;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Diagnostics;

public sealed class DiagnosisTests
{
    [Fact]
    public void The_first_cause_is_not_overwritten_by_what_follows_from_it()
    {
        var diagnosis = new Diagnosis();
        diagnosis.Record(Reason.AuthenticationFailed, 691, 1234);
        diagnosis.Record(Reason.ControlClosed, 7, 5678);
        diagnosis.RecordOctets(Reason.LcpTerminated, 8, 9, new byte[4], 0, 4);
        Assert.Equal(Reason.AuthenticationFailed, diagnosis.Reason);
        Assert.Equal(691, diagnosis.Detail);
        Assert.Equal(1234, diagnosis.AtMs);
        Assert.Equal(0, diagnosis.OctetsLength);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(95, 95)]
    [InlineData(96, 96)]
    [InlineData(97, 96)]
    [InlineData(200, 96)]
    public void Octets_are_kept_up_to_the_capacity(int length, int kept)
    {
        byte[] source = Octets.Filled(300, 0xEE);
        for (int i = 0; i < length; i++)
        {
            source[7 + i] = (byte)i;
        }

        var diagnosis = new Diagnosis();
        diagnosis.RecordOctets(Reason.HubNotAuthentic, 0, 0, source, 7, length);
        Assert.Equal(kept, diagnosis.OctetsLength);
        for (int i = 0; i < Diagnosis.OctetsCapacity; i++)
        {
            Assert.Equal(i < kept ? i : 0, diagnosis.Octets[i]);
        }
    }

    [Fact]
    public void Reset_forgets_everything()
    {
        var diagnosis = new Diagnosis();
        diagnosis.RecordOctets(Reason.HubNotAuthentic, 1, 2, Octets.Filled(64, 0xEE), 0, 64);
        diagnosis.Reset();
        Assert.Equal(Reason.None, diagnosis.Reason);
        Assert.Equal(0, diagnosis.Detail);
        Assert.Equal(0, diagnosis.AtMs);
        Assert.Equal(0, diagnosis.OctetsLength);
        Assert.All(diagnosis.Octets, octet => Assert.Equal(0, octet));
        diagnosis.Record(Reason.GreBlocked, 0, 3);
        Assert.Equal(Reason.GreBlocked, diagnosis.Reason);
    }
}
