// A TUN device: what is written comes out of an interface of this machine, what the machine sends
// there is read. The interface gets the hub's address inside the tunnels and a route to those of
// the clients, and goes with the process unless it was there before.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using nanoPptp.Tool.Sockets;

namespace nanoPptp.Tool.Hub;

/// <summary>Reads and writes IP packets without ever blocking.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TunDevice : IDisposable
{
    private const string DefaultName = "nanopptp%d";
    private const int RequestLength = 40;
    private const int FlagsOffset = 16;

    private readonly SafeFileHandle _file;

    private TunDevice(SafeFileHandle file, string name)
    {
        _file = file;
        Name = name;
    }

    /// <summary>For waiting.</summary>
    public SafeHandle Handle => _file;

    /// <summary>The interface's name.</summary>
    public string Name { get; }

    /// <summary>Makes the device, or takes one that is there.</summary>
    /// <param name="name">Its name; empty leaves it to the system.</param>
    /// <param name="address">The hub's address.</param>
    /// <param name="mtu">Longest packet.</param>
    /// <param name="networks">Where the clients are.</param>
    /// <exception cref="ToolFailureException">It cannot be made or set up.</exception>
    public static TunDevice Open(
        string name,
        uint address,
        int mtu,
        IEnumerable<(uint Address, int PrefixLength)> networks)
    {
        int descriptor = Libc.Open(
            "/dev/net/tun",
            Libc.OpenReadWrite | Libc.OpenNonBlocking | Libc.OpenCloseOnExec);
        if (descriptor < 0)
        {
            throw HubFailures.NoTun(name, Marshal.GetLastPInvokeError(), "open");
        }

        SafeFileHandle file = new(descriptor, ownsHandle: true);
        try
        {
            byte[] request = new byte[RequestLength];
            Encoding.UTF8.GetBytes(name.Length == 0 ? DefaultName : name, request);
            MemoryMarshal.Write(
                request.AsSpan(FlagsOffset),
                (short)(Libc.TunMode | Libc.TunWithoutHeader));
            if (Libc.Control(file, Libc.TunSetInterface, ref request[0]) < 0)
            {
                throw HubFailures.NoTun(name, Marshal.GetLastPInvokeError(), "make");
            }

            int length = request.AsSpan(0, FlagsOffset).IndexOf((byte)0);
            string given = Encoding.UTF8.GetString(request, 0, length);
            int error = Rtnetlink.SetUp(given, address, mtu, networks);
            return error == 0
                ? new TunDevice(file, given)
                : throw HubFailures.NoTun(given, error, "set up");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a packet.</summary>
    /// <returns>Octets; 0 when there is none for now.</returns>
    public int Read(byte[] target)
    {
        nint length = Libc.Read(_file, ref target[0], (nuint)target.Length);
        return length > 0 ? (int)length : 0;
    }

    /// <summary>Writes a packet; what the system does not take is lost.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Write(ReadOnlySpan<byte> packet)
    {
        return !packet.IsEmpty
            && Libc.Write(_file, in packet[0], (nuint)packet.Length) == packet.Length;
    }

    public void Dispose()
    {
        _file.Dispose();
    }

    /// <summary>The few requests of rtnetlink(7) that an interface needs.</summary>
    private static class Rtnetlink
    {
        private const int HeaderLength = 16;
        private const ushort NewLink = 16;
        private const ushort NewAddress = 20;
        private const ushort NewRoute = 24;
        private const ushort ErrorMessage = 2;
        private const ushort Request = 0x1;
        private const ushort Acknowledge = 0x4;
        private const ushort Create = 0x400;
        private const byte Internet = 2;
        private const byte HostBits = 32;
        private const byte MainTable = 254;
        private const byte ProtocolStatic = 4;
        private const byte ScopeLink = 253;
        private const byte Unicast = 1;
        private const int InterfaceUp = 1;
        private const ushort LinkMtu = 4;
        private const ushort AddressLocal = 2;
        private const ushort AddressAddress = 1;
        private const ushort RouteDestination = 1;
        private const ushort RouteInterface = 4;
        private const ushort RouteSource = 7;

        /// <summary>Gives the interface address and MTU, takes it up, and adds the routes.
        /// </summary>
        /// <returns>0, or the system's error.</returns>
        public static int SetUp(
            string name,
            uint address,
            int mtu,
            IEnumerable<(uint Address, int PrefixLength)> networks)
        {
            int index = (int)Libc.InterfaceIndex(name);
            int descriptor = Libc.Socket(
                Libc.AddressFamilyNetlink, Libc.SocketRaw | Libc.SocketCloseOnExec, 0);
            if (descriptor < 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            using SafeFileHandle socket = new(descriptor, ownsHandle: true);
            int error = Ask(socket, NewLink, Link(index, mtu));
            error = error == 0 ? Ask(socket, NewAddress, Address(index, address)) : error;
            foreach ((uint network, int prefixLength) in networks)
            {
                error = error == 0
                    ? Ask(socket, NewRoute, Route(index, address, network, prefixLength))
                    : error;
            }

            return error;
        }

        private static byte[] Link(int index, int mtu)
        {
            return [0, 0, 0, 0, .. Octets(index), .. Octets(InterfaceUp), .. Octets(InterfaceUp),
                .. Attribute(LinkMtu, Octets(mtu))];
        }

        private static byte[] Address(int index, uint address)
        {
            return [Internet, HostBits, 0, 0, .. Octets(index),
                .. Attribute(AddressLocal, Network(address)),
                .. Attribute(AddressAddress, Network(address))];
        }

        private static byte[] Route(int index, uint source, uint network, int prefixLength)
        {
            return [Internet, (byte)prefixLength, 0, 0, MainTable, ProtocolStatic, ScopeLink,
                Unicast, .. Octets(0),
                .. Attribute(RouteDestination, Network(network)),
                .. Attribute(RouteInterface, Octets(index)),
                .. Attribute(RouteSource, Network(source))];
        }

        private static byte[] Attribute(ushort type, byte[] value)
        {
            byte[] attribute = new byte[4 + value.Length];
            MemoryMarshal.Write(attribute, (ushort)attribute.Length);
            MemoryMarshal.Write(attribute.AsSpan(2), type);
            value.CopyTo(attribute, 4);
            return attribute;
        }

        private static byte[] Octets(int value)
        {
            return BitConverter.GetBytes(value);
        }

        private static byte[] Network(uint address)
        {
            byte[] octets = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(octets, address);
            return octets;
        }

        /// <summary>Asks the kernel for something.</summary>
        /// <returns>0 when it did it, or has it already; else the system's error.</returns>
        private static int Ask(SafeFileHandle socket, ushort type, byte[] body)
        {
            byte[] message = new byte[HeaderLength + body.Length];
            MemoryMarshal.Write(message, message.Length);
            MemoryMarshal.Write(message.AsSpan(4), type);
            MemoryMarshal.Write(message.AsSpan(6), (ushort)(Request | Acknowledge | Create));
            body.CopyTo(message, HeaderLength);
            byte[] answer = new byte[4096];
            if (Libc.Write(socket, in message[0], (nuint)message.Length) < 0
                || Libc.Read(socket, ref answer[0], (nuint)answer.Length) < HeaderLength + 4)
            {
                return Marshal.GetLastPInvokeError();
            }

            if (MemoryMarshal.Read<ushort>(answer.AsSpan(4)) != ErrorMessage)
            {
                return 0;
            }

            int error = -MemoryMarshal.Read<int>(answer.AsSpan(HeaderLength));
            return error == Libc.Exists ? 0 : error;
        }
    }
}
