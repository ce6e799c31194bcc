// Decrypting in one step, for tests in which what is inside is always a packet.

using nanoPptp.Memory;
using nanoPptp.Mppe;

namespace nanoPptp.Tests.Mppe;

internal static class MppeReceiveSteps
{
    /// <summary>Decrypts and, where that worked, commits.</summary>
    public static int Accept(this MppeReceive receive, byte[] b, int offset, int length)
    {
        int headerLength = receive.Decrypt(b, offset, length, Limits.MppeForwardJump);
        if (headerLength > 0)
        {
            receive.Commit();
        }

        return headerLength;
    }
}
