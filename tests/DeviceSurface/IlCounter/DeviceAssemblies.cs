// Where DeviceAssemblies.targets puts the device builds and the reference signatures.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace DeviceSurface.Counting;

/// <summary>The device builds of our libraries, beside the running program.</summary>
public static class DeviceAssemblies
{
    /// <summary>The folder of the device builds.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "device");

    /// <summary>Paths of all device builds, in the order of their names.</summary>
    public static IReadOnlyList<string> Paths => FilesIn(Folder);

    /// <summary>Paths of all assemblies of reference signatures.</summary>
    public static IReadOnlyList<string> ReferencePaths =>
        FilesIn(Path.Combine(Folder, "reference"));

    private static string[] FilesIn(string folder)
    {
        return [.. Directory.GetFiles(folder, "*.dll").Order(StringComparer.Ordinal)];
    }
}
