// The hub is the second reading of the RFCs: it must not share code with the library it is there
// to judge. Seen from its project file and from what was really linked.

using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Simulator.Hub;
using Xunit;

namespace Simulator.Tests.Hub;

public class IndependenceTests
{
    [Fact]
    public void The_project_references_no_project_and_compiles_only_its_own_folder()
    {
        string path = Path.Combine(HubFolder(), "Simulator.Hub.csproj");
        var project = XDocument.Load(path);
        string[] forbidden = ["ProjectReference", "Reference", "Compile", "Import"];
        Assert.DoesNotContain(
            project.Descendants(), item => forbidden.Contains(item.Name.LocalName));
        XElement package = Assert.Single(project.Descendants("PackageReference"));
        Assert.Equal("Portable.BouncyCastle", package.Attribute("Include")!.Value);
    }

    [Fact]
    public void The_assembly_links_to_the_platform_and_bouncy_castle_only()
    {
        string[] others = typeof(PptpHub).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(["BouncyCastle.Crypto"], others);
    }

    [Fact]
    public void No_source_file_names_the_library()
    {
        string[] files = Directory.GetFiles(HubFolder(), "*.cs", SearchOption.AllDirectories);
        Assert.True(files.Length > 10);
        foreach (string file in files)
        {
            string text = File.ReadAllText(file);
            Assert.DoesNotContain("using nanoPptp", text, StringComparison.Ordinal);
            Assert.DoesNotContain("namespace nanoPptp", text, StringComparison.Ordinal);
        }
    }

    private static string HubFolder([CallerFilePath] string thisFile = "")
    {
        DirectoryInfo? folder = new FileInfo(thisFile).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "nanoPptp.sln")))
        {
            folder = folder.Parent;
        }

        Assert.NotNull(folder);
        return Path.Combine(folder.FullName, "tools", "Simulator", "Hub");
    }
}
