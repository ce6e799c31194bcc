// The library's CHAP-MD5 and PAP against what a real client sent, and real servers' verdicts on it.

using System.Collections.Generic;
using System.Linq;
using System.Text;
using nanoPptp.Auth;
using nanoPptp.Tests.Auth;
using nanoPptp.Wire;
using Xunit;

namespace nanoPptp.Tests.Captures;

public sealed class WeakAuthenticationCaptureTests
{
    [Theory]
    [InlineData("chap-md5", "")]
    [InlineData("wrong-password-chap-md5", "Access denied")]
    public void ChapMd5_sends_what_the_real_client_sent(string name, string refusal)
    {
        Replay(name, new Bench(name, PppFrame.Chap), refusal);
    }

    [Theory]
    [InlineData("pap", "")]
    [InlineData("wrong-password-pap", "Login incorrect")]
    public void Pap_sends_what_the_real_client_sent(string name, string refusal)
    {
        Replay(name, new Bench(name, PppFrame.Pap), refusal);
    }

    private static void Replay(string name, Bench bench, string refusal)
    {
        CapturedCall call = Assert.Single(Capture.Load(name).Calls);
        byte[][] fromHub = [.. Packets(call, true, bench.Machine.Protocol)];
        byte[] sent = Packets(call, false, bench.Machine.Protocol).First();

        bench.Machine.Begin(bench.NowMs);
        if (bench.Machine.Protocol == PppFrame.Chap)
        {
            bench.Input(fromHub[0]);
        }

        byte[] ours = bench.ExpectPacket();
        Assert.Equal(sent, ours);
        bench.Input(fromHub[^1]);
        Assert.Equal(
            refusal.Length == 0 ? Authentication.Succeeded : Authentication.Failed,
            bench.Machine.Outcome);
        Assert.Equal(refusal, Encoding.ASCII.GetString(bench.Text));
    }

    private static IEnumerable<byte[]> Packets(CapturedCall call, bool fromHub, int protocol)
    {
        return call.From(fromHub)
            .Where(packet => packet.Protocol == protocol)
            .Select(packet => packet.Information);
    }

    private sealed class Bench : AuthenticationBench
    {
        public Bench(string name, int protocol)
        {
            byte[] password = Encoding.UTF8.GetBytes(CaptureCatalog.Entry(name).Password);
            Credentials.Set("sensor1", new byte[16]);
            Credentials.SetPassword(password, password.Length);
            Machine = protocol == PppFrame.Chap
                ? new ChapMd5(Arena, Credentials, Frames, Counters)
                : new Pap(Arena, Credentials, Frames, Counters);
            Machine.Reset();
        }

        public Authentication Machine { get; }

        protected override Authentication Method => Machine;
    }
}
