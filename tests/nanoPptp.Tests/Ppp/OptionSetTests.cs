// Options as rows: one walker, Reject before Nak before Ack (RFC 1661 s.5.1 to 5.4). Shown on a set
// that has every policy.

using System;
using nanoPptp.Memory;
using nanoPptp.Ppp;
using nanoPptp.Tests.Support;
using Xunit;

namespace nanoPptp.Tests.Ppp;

public sealed class OptionSetTests
{
    private const int At = 100;
    private const int Target = 2000;
    private const uint Fresh = 0x55667788;

    // Type, octets of data, own policy, peer's policy.
    private static readonly byte[] s_rows =
    [
        10, 2, OptionSet.OwnSmaller, OptionSet.PeerAccept,
        11, 4, OptionSet.OwnNeeded, OptionSet.PeerRequire,
        12, 4, OptionSet.OwnDrawn, OptionSet.PeerDiffer,
        13, 0, OptionSet.OwnOptional, OptionSet.PeerAccept,
        14, 1, OptionSet.OwnInsist, OptionSet.PeerRefuse,
        15, 3, OptionSet.OwnSilent, OptionSet.PeerAccept,
        16, 4, OptionSet.OwnOptional, OptionSet.PeerAccept,
    ];

    private readonly byte[] _arena = Octets.Filled(ArenaMap.Length, 0xA5);
    private readonly OptionSet _options;

    public OptionSetTests()
    {
        _options = new OptionSet(_arena, s_rows);
        _options.Reset();
        _options.Own[0] = 1400;
        _options.Own[1] = 0x01020304;
        _options.Own[2] = 0x11223344;
        _options.Own[4] = 0x7F;
        _options.Own[6] = -1;
        _options.Wanted[1] = 0x0A0B0C0D;
    }

    private static byte[] Good => Of(11, "0a0b0c0d");

    [Fact]
    public void A_request_asks_for_everything_that_is_not_silent_in_the_order_of_the_rows()
    {
        Assert.Equal(
            "0a040578" + "0b0601020304" + "0c0611223344" + "0d02" + "0e037f" + "1006ffffffff",
            Request());
    }

    [Fact]
    public void What_is_good_is_acknowledged_octet_for_octet()
    {
        byte[] list = Octets.Join(Of(15, "010203"), Good, Of(10, "05dc"), Of(13, ""));
        Assert.Equal(OptionSet.VerdictAck, Judge(list));
        Assert.Equal(Octets.ToHex(list), Answer(OptionSet.VerdictAck, list));
    }

    [Fact]
    public void C42_What_is_unknown_or_refused_is_rejected_alone_as_it_came()
    {
        byte[] list = Octets.Join(
            Of(10, "05dc"), Of(99, "aabb"), Of(11, "00000000"), Of(14, "7f"), Of(13, ""));
        Assert.Equal(OptionSet.VerdictReject, Judge(list));
        Assert.Equal("6304aabb" + "0e037f", Answer(OptionSet.VerdictReject, list));
    }

    [Theory]
    [InlineData(10, "05")]
    [InlineData(10, "0505dc")]
    [InlineData(12, "")]
    [InlineData(13, "00")]
    [InlineData(16, "000000")]
    public void A_known_option_with_another_length_is_rejected(int type, string data)
    {
        byte[] list = Octets.Join(Good, Of(type, data));
        Assert.Equal(OptionSet.VerdictReject, Judge(list));
        Assert.Equal(Octets.ToHex(Of(type, data)), Answer(OptionSet.VerdictReject, list));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("0a0b0c0e")]
    [InlineData("0a0b0c")]
    [InlineData("0a0b0c0d00")]
    public void C42_What_must_have_one_value_is_naked_with_it(string data)
    {
        byte[] list = Octets.Join(Of(10, "05dc"), Of(11, data));
        Assert.Equal(OptionSet.VerdictNak, Judge(list));
        Assert.Equal("0b060a0b0c0d", Answer(OptionSet.VerdictNak, list));
    }

    [Fact]
    public void A_required_option_that_is_missing_is_appended_to_the_nak()
    {
        Assert.Equal(OptionSet.VerdictNak, Judge([]));
        Assert.Equal("0b060a0b0c0d", Answer(OptionSet.VerdictNak, []));
        byte[] list = Of(12, "11223344");
        Assert.Equal(OptionSet.VerdictNak, Judge(list));
        Assert.Equal("0c0655667788" + "0b060a0b0c0d", Answer(OptionSet.VerdictNak, list));
    }

    [Theory]
    [InlineData("11223344")]
    [InlineData("00000000")]
    public void C43_Our_own_number_and_zero_are_naked_with_a_fresh_one(string data)
    {
        byte[] list = Octets.Join(Good, Of(12, data));
        Assert.Equal(OptionSet.VerdictNak, Judge(list));
        Assert.Equal("0c0655667788", Answer(OptionSet.VerdictNak, list));
    }

    [Fact]
    public void Values_are_taken_over_only_with_the_acknowledgment()
    {
        Judge(Octets.Join(Good, Of(10, "05dc"), Of(16, "80000000"), Of(13, "")));
        Assert.False(_options.PeerHas[0]);
        _options.Adopt();
        Assert.True(_options.PeerHas[0]);
        Assert.Equal(1500, _options.Peer[0]);
        Assert.Equal(int.MinValue, _options.Peer[6]);
        Assert.True(_options.PeerHas[3]);
        Assert.False(_options.PeerHas[5]);

        // A later request without an option takes it back.
        Judge(Good);
        _options.Adopt();
        Assert.False(_options.PeerHas[0]);
        Assert.Equal(0, _options.Peer[0]);
    }

    [Fact]
    public void A_long_list_of_unknown_options_is_cut_at_an_option()
    {
        var list = Array.Empty<byte>();
        for (int i = 0; i < 40; i++)
        {
            list = Octets.Join(list, Of(100 + i, new string('7', 2 * (i % 7))));
        }

        Assert.Equal(OptionSet.VerdictReject, Judge(list));
        for (int capacity = 8; capacity < list.Length + 10; capacity++)
        {
            byte[] answer = Octets.FromHex(Answer(OptionSet.VerdictReject, list, capacity));
            Assert.True(answer.Length <= capacity);
            Assert.Equal(list[..answer.Length], answer);
            int at = 0;
            while (at < answer.Length)
            {
                at += answer[at + 1];
            }

            Assert.Equal(answer.Length, at);
            Assert.True(at == list.Length || at + list[at + 1] > capacity);
        }
    }

    [Fact]
    public void An_acknowledgment_that_does_not_fit_is_not_written()
    {
        byte[] list = Octets.Join(Good, Of(10, "05dc"));
        Judge(list);
        Assert.Equal(-1, WriteAnswer(OptionSet.VerdictAck, list, list.Length - 1));
        Assert.Equal(list.Length, WriteAnswer(OptionSet.VerdictAck, list, list.Length));
    }

    [Theory]
    [InlineData("0a")]
    [InlineData("0a00")]
    [InlineData("0a01")]
    [InlineData("0a05 0578")]
    [InlineData("0b06 0a0b0c0d 0a")]
    [InlineData("63ff")]
    public void A_malformed_list_is_malformed_for_every_reader(string hex)
    {
        byte[] list = Octets.FromHex(hex);
        string request = Request();
        Assert.Equal(OptionSet.VerdictMalformed, Judge(list));
        Assert.False(_options.InputNak(At, list.Length, 1));
        Assert.Equal(-1, _options.InputReject(At, list.Length));
        Assert.Equal(request, Request());
    }

    [Fact]
    public void A_nak_changes_each_value_as_its_policy_says()
    {
        Nak(Octets.Join(
            Of(10, "0400"),
            Of(11, "0a0a0a0a"),
            Of(12, "99999999"),
            Of(13, ""),
            Of(14, "01"),
            Of(15, "010101"),
            Of(16, "00000007")));
        Assert.Equal(
            "0a040400" + "0b060a0a0a0a" + "0c0655667788" + "0d02" + "0e037f" + "100600000007",
            Request());
    }

    [Theory]
    [InlineData("0577", "0577")]
    [InlineData("0001", "0001")]
    [InlineData("0000", "0578")]
    [InlineData("0579", "0578")]
    [InlineData("ffff", "0578")]
    [InlineData("05", "0578")]
    [InlineData("000577", "0578")]
    public void C44_A_number_that_may_only_shrink_never_grows(string suggested, string kept)
    {
        Nak(Of(10, suggested));
        Assert.StartsWith("0a04" + kept, Request());
    }

    [Fact]
    public void A_nak_of_what_we_never_asked_for_changes_nothing()
    {
        string request = Request();
        Nak(Octets.Join(Of(15, "010101"), Of(99, "01")));
        Assert.Equal(request, Request());
    }

    [Fact]
    public void A_reject_ends_the_asking()
    {
        Assert.Equal(1, Reject(Octets.Join(Of(10, "0578"), Of(13, ""))));
        Assert.Equal("0b0601020304" + "0c0611223344" + "0e037f" + "1006ffffffff", Request());
        Assert.False(_options.IsAsking(0));

        // The same again rejects nothing that we ask for.
        Assert.Equal(-1, Reject(Of(10, "0578")));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(14)]
    public void A_reject_of_what_we_need_says_so(int type)
    {
        Assert.Equal(0, Reject(Of(type, "00000000")));
    }

    [Fact]
    public void A_reject_of_what_we_never_asked_for_is_none()
    {
        Assert.Equal(-1, Reject(Of(15, "000000")));
        Assert.Equal(-1, Reject(Of(99, "")));
        Assert.Equal(-1, Reject([]));
    }

    [Fact]
    public void Reset_asks_for_everything_again()
    {
        string request = Request();
        Reject(Octets.Join(Of(10, "0578"), Of(13, "")));
        _options.StopAsking(6);
        _options.Reset();
        Assert.Equal(request, Request());
    }

    private static byte[] Of(int type, string data) => Option.Of(type, Octets.FromHex(data));

    private string Request()
    {
        int length = _options.WriteRequest(Target);
        return Octets.ToHex(_arena.AsSpan(Target, length));
    }

    private int Judge(byte[] list)
    {
        list.CopyTo(_arena, At);
        return _options.Judge(At, list.Length);
    }

    private int WriteAnswer(int verdict, byte[] list, int capacity) =>
        _options.WriteAnswer(verdict, At, list.Length, Target, capacity, (int)Fresh);

    private string Answer(int verdict, byte[] list, int capacity = 232)
    {
        int length = WriteAnswer(verdict, list, capacity);
        return Octets.ToHex(_arena.AsSpan(Target, length));
    }

    private void Nak(byte[] list)
    {
        list.CopyTo(_arena, At);
        Assert.True(_options.InputNak(At, list.Length, (int)Fresh));
    }

    private int Reject(byte[] list)
    {
        list.CopyTo(_arena, At);
        return _options.InputReject(At, list.Length);
    }
}
