// What a change of MPPE's key executes: the greater part of the work for a small packet. That
// weaker keys are known must not make the strong one dearer.

using System;
using System.Reflection;
using DeviceSurface.Support;
using Xunit;

namespace DeviceSurface.Counting;

public sealed class MppeFigures : IClassFixture<DeviceCounter>
{
    private const string Key = "nanoPptp.Mppe.MppeKey";

    // Of RFC 3079 s.3.5, what the client sends, 128 bits.
    private const string StartKey = "d5f0e9521e3ea9589645e86051c82226";
    private const string SecondFrameKey = "03273439ac5f94c97f13d9133df4dfc5";

    // The same, 40 bits.
    private const string WeakFrameKey = "d1269ed36d6287c8";

    private readonly IlCounter _counter;

    public MppeFigures(DeviceCounter fixture)
    {
        _counter = fixture.Counter;
    }

    private delegate void StartAt(byte[] octets, int offset, int bits);

    private delegate void Slice(byte[] octets, int offset, int length);

    [Theory]
    [InlineData(128, SecondFrameKey)]
    [InlineData(40, WeakFrameKey)]
    public void A_key_change_takes_at_most_22000_instructions(int bits, string frameKey)
    {
        object key = _counter.New(Key);
        _counter.Bind<StartAt>(key, "Start")(Convert.FromHexString(StartKey), 0, bits);
        Action change = _counter.Bind<Action>(key, "Change");
        change();

        IlCount count = _counter.Measure(change);

        Figures.Print($"MPPE key change, {bits} bits", count.Instructions);
        object cipher = key.GetType()
            .GetField("Cipher", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetValue(key)!;
        byte[] keystream = new byte[32];
        _counter.Bind<Slice>(cipher, "Process")(keystream, 0, keystream.Length);
        Assert.Equal(Textbook.Rc4(Convert.FromHexString(frameKey), new byte[32]), keystream);
        Assert.InRange(count.Instructions, 1, 22000);
    }
}
