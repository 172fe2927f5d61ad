namespace Orleans.MLOps.Gateway;

/// <summary>The project that a request means.</summary>
internal static class Project
{
    public const string Default = "default";

    public static string Of(bool given, string project) => given ? project : Default;
}
