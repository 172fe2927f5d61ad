using System.Reflection;

namespace Orleans.MLOps.Gateway.Serving.OpenInference;

/// <summary>What this server says of itself.</summary>
internal static class ServerFacts
{
    public const string Name = "orleans-mlops";

    public static readonly string[] Extensions = ["binary_tensor_data", "model_configuration", "model_repository", "statistics"];

    public static string Version { get; } =
        typeof(ServerFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
