// The few calls into libc that .NET does not offer or cannot make: a raw socket for a protocol of
// one's own choice, a connection that begins without an exception, one wait for several
// descriptors, a write that tells of a closed pipe, and a TUN device (the kernel's
// Documentation/networking/tuntap.rst).

using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace nanoPptp.Tool.Sockets;

/// <summary>Linux's libc, with the numbers of x86, Arm and RISC-V.</summary>
internal static partial class Libc
{
    internal const int AddressFamilyInternet = 2;
    internal const int AddressFamilyNetlink = 16;
    internal const int SocketStream = 1;
    internal const int SocketRaw = 3;
    internal const int SocketNonBlocking = 0x800;
    internal const int SocketCloseOnExec = 0x80000;
    internal const int ProtocolTcp = 6;
    internal const int ProtocolGre = 47;
    internal const int LevelSocket = 1;
    internal const int OptionError = 4;
    internal const short PollIn = 1;
    internal const short PollOut = 4;
    internal const int EventNonBlocking = 0x800;
    internal const int EventCloseOnExec = 0x80000;
    internal const int OpenReadOnly = 0x0;
    internal const int OpenReadWrite = 0x2;
    internal const int OpenNonBlocking = 0x800;
    internal const int OpenCloseOnExec = 0x80000;
    internal const uint TunSetInterface = 0x400454CA;
    internal const short TunMode = 0x0001;
    internal const short TunWithoutHeader = 0x1000;
    internal const int OperationNotPermitted = 1;
    internal const int NoSuchFile = 2;
    internal const int Interrupted = 4;
    internal const int TryAgain = 11;
    internal const int PermissionDenied = 13;
    internal const int Busy = 16;
    internal const int Exists = 17;
    internal const int InProgress = 115;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(SafeHandle socket, in SocketAddress address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(
        SafeHandle socket, int level, int name, out int value, ref uint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(ref PollEntry first, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeHandle file, out ulong value, nuint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeHandle file, ref byte first, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeHandle file, in ulong value, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeHandle file, in byte first, nuint length);

    [LibraryImport(
        "libc",
        EntryPoint = "open",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Control(SafeHandle file, nuint request, ref byte argument);

    [LibraryImport(
        "libc",
        EntryPoint = "if_nametoindex",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Synchronize(SafeHandle file);

    /// <summary>Puts the names of a folder's files on the disk.</summary>
    /// <exception cref="IOException">That failed.</exception>
    internal static void SynchronizeFolder(string path)
    {
        int descriptor = Open(path, OpenReadOnly | OpenCloseOnExec);
        using SafeFileHandle folder = new(descriptor, ownsHandle: descriptor >= 0);
        if (descriptor < 0 || Synchronize(folder) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        internal int Descriptor;
        internal short Wanted;
        internal short Ready;
    }

    /// <summary>struct sockaddr_in; port and address as they travel.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct SocketAddress
    {
        internal const uint Length = 16;

        internal ushort Family;
        internal ushort Port;
        internal uint Address;
        internal ulong Zero;
    }
}
