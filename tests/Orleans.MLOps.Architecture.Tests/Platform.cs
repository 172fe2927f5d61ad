using System.Reflection;

namespace Orleans.MLOps.Architecture.Tests;

/// <summary>The platform's assemblies, in the order in which they may know each other: each only those before it.</summary>
internal static class Platform
{
    public static readonly string[] Order =
        ["Generators", "Abstractions", "Statistics", "Learning", "Storage", "Grains", "Client", "Hosting", "Gateway", "Server"];

    public static readonly string[] Rooms =
        ["Datasets", "Features", "Pipelines", "Experiments", "Models", "Training", "Serving", "Monitoring", "Governance"];

    public static Assembly Load(string name) => Assembly.Load($"Orleans.MLOps.{name}");

    public static string SourceFolder(string name) => Path.Combine(Root(), "src", $"Orleans.MLOps.{name}");

    public static IEnumerable<string> SourceFiles(string name) =>
        Directory.EnumerateFiles(SourceFolder(name), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orleans.MLOps.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The solution's folder is not above the tests.");
        }

        return folder;
    }
}
