// The hub that most tests share, and what every test does before and after it uses a hub.

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks;
using Xunit;

namespace Interop.Tests;

/// <summary>A hub with one user, in a namespace of its own.</summary>
public class Hub : IAsyncLifetime
{
    /// <summary>The tunnel address of the hub; its UDP sink is port 9 of it.</summary>
    internal const string TunnelAddress = "10.98.0.1";

    internal const string Sink = $"{TunnelAddress}:9";
    internal const string User = "sensor1";
    internal const string Password = "Corr3ct horse!";

    private readonly string _label;
    private readonly int _lifetimeSeconds;
    private string? _missing;
    private Peers? _peers;
    private Guest? _guest;

    public Hub()
        : this("shared")
    {
    }

    private protected Hub(string label, int lifetimeSeconds = Peers.UsualLifetimeSeconds)
    {
        _label = label;
        _lifetimeSeconds = lifetimeSeconds;
    }

    internal Peers Peers => _peers ?? throw new InvalidOperationException("There is no hub.");

    internal Guest Guest => _guest ?? throw new InvalidOperationException("There is no hub.");

    /// <summary>The file with the password, which the tool is given.</summary>
    internal string PasswordFile { get; private set; } = "";

    /// <summary>What a hub needs so that our user can log in.</summary>
    internal virtual Dictionary<string, string> Settings => new()
    {
        ["HUB_USERS"] = $"{User}:{Password}",
    };

    /// <summary>What it needs besides the programs that every guest needs.</summary>
    private protected virtual string[] Programs => [];

    public async ValueTask InitializeAsync()
    {
        _missing = await Peers.FindMissingAsync(Programs);
        if (_missing is null)
        {
            _peers = new Peers(_label, _lifetimeSeconds);
            _guest = await _peers.StartHubAsync(settings: Settings);
            PasswordFile = await _peers.WriteFileAsync("password", Password);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_peers is not null)
        {
            await _peers.DisposeAsync();
        }
    }

    /// <summary>If no hub can run, skips the test, or fails it where that is demanded.</summary>
    internal void Require() => Prerequisites.Require(_missing);

    /// <summary>Takes the power from the hub: the guest ends with all that is in it.</summary>
    internal async Task KillAsync()
    {
        CommandResult result = await Peers.RunAsync("stop", "hub");
        Assert.True(result.ExitCode == 0, result.Errors);
    }

    /// <summary>Boots it again as it was. Its logs begin anew.</summary>
    internal async Task StartAgainAsync() => _guest = await Peers.StartHubAsync(settings: Settings);

    /// <summary>What the tool is told: our user at a hub, with the right password.</summary>
    internal string[] ArgumentsFor(string address) =>
        ["--hub", address, "--user", User, "--password-file", PasswordFile];

    /// <summary>Starts the tool as our user with the right password.</summary>
    internal NanoPptp Connect(params IEnumerable<string> arguments) =>
        ConnectTo(Guest.Address, arguments);

    /// <summary>The same, to a hub at another address.</summary>
    internal NanoPptp ConnectTo(string address, IEnumerable<string> arguments) =>
        NanoPptp.Connect(Peers, [.. ArgumentsFor(address), .. arguments]);
}

/// <summary>A hub of its own, for tests that take it or its network away.</summary>
public sealed class LonelyHub : Hub
{
    public LonelyHub()
        : base("lonely")
    {
    }
}

/// <summary>The tests of this collection share a hub and run one after the other.</summary>
[CollectionDefinition(Name)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit calls it a collection.")]
public sealed class HubCollection : ICollectionFixture<Hub>
{
    public const string Name = "hub";
}

/// <summary>
/// The tests of this collection have guests of their own. They run one after the other, so that
/// there are not more guests at a time than two: theirs, and the one that the other tests share.
/// </summary>
[CollectionDefinition(Name)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit calls it a collection.")]
public sealed class OwnGuestCollection
{
    public const string Name = "own guest";
}
