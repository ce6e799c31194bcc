// The three files of an administrator, in a folder of a test's own.

using System;
using System.IO;
using nanoPptp.Tool.Hub.Configuration;

namespace nanoPptp.Tool.Tests.Hub;

/// <summary>Writes configuration files and reads them as "hub" does.</summary>
internal sealed class FilesUnderTest : IDisposable
{
    public const string Everybody = "* * secret *\n";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _errors = new();

    public ConfigurationReport Report { get; private set; } = new();

    public string this[string name] => _folder[name];

    public string Write(string name, string content) => _folder.WriteSecret(name, content);

    public HubConfiguration Read(
        string? conf = null, string? options = null, string? secrets = Everybody)
    {
        Report = new ConfigurationReport();
        ConfigurationSources sources = new()
        {
            PptpdConf = conf is null ? null : Write("pptpd.conf", conf),
            Options = options is null ? null : Write("options", options),
            Secrets = secrets is null ? null : Write("secrets", secrets),
        };
        Terminal terminal = ToolRun.TerminalOf(_errors, _errors);
        return HubConfiguration.Read(sources, new ConfigurationFiles(terminal, Report), Report);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _errors.Dispose();
    }
}
