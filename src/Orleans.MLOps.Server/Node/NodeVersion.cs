using System.Reflection;

namespace Orleans.MLOps.Server.Node;

/// <summary>The version of this program, without the source revision behind it.</summary>
internal static class NodeVersion
{
    public static string Text { get; } =
        (typeof(NodeVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];
}
