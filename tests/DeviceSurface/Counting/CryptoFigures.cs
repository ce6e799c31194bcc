// What the hot code of nanoPptp.Crypto executes. Every figure comes with a check that the counted
// code computed the right thing, so that code which does nothing cannot look fast.

using System;
using System.Text;
using DeviceSurface.Support;
using Xunit;

namespace DeviceSurface.Counting;

public sealed class CryptoFigures : IClassFixture<DeviceCounter>
{
    private const string Rc4 = "nanoPptp.Crypto.Rc4";
    private const int PacketLength = 1400;

    private readonly IlCounter _counter;

    public CryptoFigures(DeviceCounter fixture)
    {
        _counter = fixture.Counter;
    }

    private delegate void Slice(byte[] octets, int offset, int length);

    private delegate void EncryptBlock(
        byte[] key56,
        int keyOffset,
        byte[] source,
        int sourceOffset,
        byte[] target,
        int targetOffset,
        int[] schedule);

    [Fact]
    public void Rc4_takes_at_most_42_instructions_an_octet()
    {
        object rc4 = _counter.New(Rc4);
        byte[] key = Numbers(16);
        byte[] data = Numbers(PacketLength);
        _counter.Bind<Slice>(rc4, "SetKey")(key, 0, key.Length);
        Slice process = _counter.Bind<Slice>(rc4, "Process");

        IlCount count = _counter.Measure(() => process(data, 0, data.Length));

        Figures.Print("RC4, an octet of 1,400", (double)count.Instructions / PacketLength);
        Assert.Equal(Textbook.Rc4(key, Numbers(PacketLength)), data);
        Assert.InRange((double)count.Instructions / PacketLength, 1, 42);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void The_key_schedule_of_Rc4_takes_at_most_7000_instructions(int keyLength)
    {
        object rc4 = _counter.New(Rc4);
        byte[] key = Numbers(keyLength);
        byte[] data = new byte[32];
        Slice setKey = _counter.Bind<Slice>(rc4, "SetKey");

        IlCount count = _counter.Measure(() => setKey(key, 0, key.Length));

        Figures.Print($"RC4 key schedule, {keyLength} octets", count.Instructions);
        _counter.Bind<Slice>(rc4, "Process")(data, 0, data.Length);
        Assert.Equal(Textbook.Rc4(key, new byte[32]), data);
        Assert.InRange(count.Instructions, 1, 7000);
    }

    [Fact]
    public void A_block_of_Sha1_is_counted()
    {
        int[] state =
        [
            0x67452301, unchecked((int)0xEFCDAB89), unchecked((int)0x98BADCFE), 0x10325476,
            unchecked((int)0xC3D2E1F0),
        ];
        int[] words = new int[16];
        words[0] = 0x61626380;
        words[15] = 24;
        Action<int[], int[]> compress =
            _counter.Bind<Action<int[], int[]>>("nanoPptp.Crypto.Sha1", "Compress");

        IlCount count = _counter.Measure(() => compress(state, words));

        Figures.Print("SHA-1 block", count.Instructions);
        Assert.Equal("A9993E364706816ABA3E25717850C26C9CD0D89D", Hexadecimal(state));
    }

    [Fact]
    public void A_block_of_Md4_is_counted()
    {
        int[] state =
        [
            0x67452301, unchecked((int)0xEFCDAB89), unchecked((int)0x98BADCFE), 0x10325476,
        ];
        int[] words = new int[16];
        words[0] = unchecked((int)0x80636261);
        words[14] = 24;
        Action<int[], int[]> compress =
            _counter.Bind<Action<int[], int[]>>("nanoPptp.Crypto.Md4", "Compress");

        IlCount count = _counter.Measure(() => compress(state, words));

        Figures.Print("MD4 block", count.Instructions);
        // A448017AAF21D8525FC10AE87AA6729D, whose words are stored low octet first.
        Assert.Equal("7A0148A452D821AFE80AC15F9D72A67A", Hexadecimal(state));
    }

    [Fact]
    public void A_block_of_Md5_is_counted()
    {
        int[] state =
        [
            0x67452301, unchecked((int)0xEFCDAB89), unchecked((int)0x98BADCFE), 0x10325476,
        ];
        int[] words = new int[16];
        words[0] = unchecked((int)0x80636261);
        words[14] = 24;
        Action<int[], int[]> compress =
            _counter.Bind<Action<int[], int[]>>("nanoPptp.Crypto.Md5", "Compress");

        IlCount count = _counter.Measure(() => compress(state, words));

        Figures.Print("MD5 block", count.Instructions);
        // 900150983CD24FB0D6963F7D28E17F72, whose words are stored low octet first.
        Assert.Equal("98500190B04FD23C7D3F96D6727FE128", Hexadecimal(state));
    }

    [Fact]
    public void A_block_of_Des_with_its_key_schedule_is_counted()
    {
        // The key 133457799BBCDFF1 without its parity bits.
        byte[] key = Convert.FromHexString("12695BC9B7B7F8");
        byte[] source = Convert.FromHexString("0123456789ABCDEF");
        byte[] target = new byte[8];
        int[] schedule = new int[32];
        EncryptBlock encrypt =
            _counter.Bind<EncryptBlock>("nanoPptp.Crypto.Des", nameof(EncryptBlock));

        IlCount count = _counter.Measure(() => encrypt(key, 0, source, 0, target, 0, schedule));

        Figures.Print("DES block with its key schedule", count.Instructions);
        Assert.Equal("85E813540F0AB405", Convert.ToHexString(target));
    }

    [Fact]
    public void Static_tables_are_counted()
    {
        IlCount count = _counter.StaticConstructors;

        Figures.Print("static constructors of all libraries", count.Instructions);
        Assert.Contains(count.ByMethod, share => share.TypeName == Rc4);
    }

    private static string Hexadecimal(int[] words)
    {
        StringBuilder text = new();
        foreach (int word in words)
        {
            text.Append(word.ToString("X8", null));
        }

        return text.ToString();
    }

    private static byte[] Numbers(int length)
    {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++)
        {
            octets[i] = (byte)((i * 7) + 1);
        }

        return octets;
    }
}
