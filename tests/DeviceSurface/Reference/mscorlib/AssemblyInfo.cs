// The identity of the assembly that the board carries: CoreLibrary, System/AssemblyInfo.cs and
// version.json. Its newest stable version of the 1.17 line is 1.17.11.

using System.Reflection;

[assembly: AssemblyVersion("1.17.11.0")]
