// What the authenticators of a link have in common: RFC 1334 and RFC 1994. Each asks until it is
// answered, judges the answer by the list of users, and tells the link of the outcome. Names are
// looked up without a domain in front. An unknown user hears the same as a wrong password.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Simulator.Hub;

/// <summary>Makes the client of one link prove who it is.</summary>
internal abstract class Authenticator(PppLink link)
{
    /// <summary>When <see cref="Tick"/> is due.</summary>
    public long DeadlineMs { get; protected set; } = DeadlineHolder.Never;

    /// <summary>The PPP protocol it speaks.</summary>
    public abstract ushort Protocol { get; }

    protected PppLink Link { get; } = link;

    /// <summary>The authenticator of a kind that asks for something.</summary>
    public static Authenticator Of(HubAuthentication authentication, PppLink link) =>
        authentication == HubAuthentication.Pap
            ? new PapAuthenticator(link)
            : new ChapAuthenticator(link, authentication == HubAuthentication.ChapMd5);

    public abstract void Start(long nowMs);

    public abstract void Tick(long nowMs);

    /// <summary>Takes a packet of <see cref="Protocol"/>.</summary>
    public abstract void Receive(PppPacket packet, long nowMs);

    /// <summary>Gives the link up, in pppd's words.</summary>
    public virtual void Fail()
    {
        DeadlineMs = DeadlineHolder.Never;
        Link.Fail(HubEnd.AuthenticationFailed, "Authentication failed");
    }

    /// <summary>The password of the user with this name; names are in UTF-8.</summary>
    protected bool TryFind(
        ReadOnlySpan<byte> name, out string user, [NotNullWhen(true)] out string? password)
    {
        user = Encoding.UTF8.GetString(MsChapV2.WithoutDomain(name));
        return Link.Settings.Users.TryGetValue(user, out password);
    }
}
